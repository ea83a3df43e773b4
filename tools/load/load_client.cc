// outrigger-load: sends requests at a fixed rate over kept connections or new ones, by HTTP/1.1,
// HTTP/2 or gRPC, in plaintext or by TLS, never retries, checks every answer, and prints what it
// saw as one JSON object per line; the last line is the whole run. Exit status: 0 when nothing
// failed, 1 when something did, 2 when it could not start.
#include <CLI/CLI.hpp>

#include <cstdio>
#include <limits>
#include <map>
#include <string>

#include "tools/load/grpc_message.h"
#include "tools/load/load_run.h"
#include "tools/load/program_loop.h"
#include "tools/load/tls_files.h"

namespace outrigger::load {
namespace {

struct Flags {
  std::string target;
  std::string host = "demo.local";
  std::string path;
  Protocol protocol = Protocol::kHttp1;
  size_t connections = 16;
  size_t streams = 1;
  bool closes_each = false;
  size_t body_bytes = 0;
  std::string ledger;
  std::string latencies;
  TlsFiles tls;
  double rate = 2000;
  uint64_t burst = 1;
  uint64_t requests = 0;
  double seconds = 0;
  uint64_t timeout_ms = 5000;
  uint64_t report_ms = 0;
};

void AddFlags(CLI::App& app, Flags& flags) {
  app.add_option("--target", flags.target, "ADDRESS:PORT to send to")->required();
  app.add_option("--host", flags.host, "Host header")->capture_default_str();
  app.add_option("--protocol", flags.protocol, "http1, http2 or grpc")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Protocol>{
          {"http1", Protocol::kHttp1}, {"http2", Protocol::kHttp2}, {"grpc", Protocol::kGrpc}}));
  app.add_option("--path", flags.path, "request target (default: /, for gRPC its method's)");
  app.add_option("--connections", flags.connections, "kept connections")
      ->capture_default_str()
      ->check(CLI::Range(size_t{1}, LoadRun::kConnectionsMax));
  app.add_option("--streams", flags.streams, "requests at a time on a connection, but for HTTP/1")
      ->capture_default_str()
      ->check(CLI::Range(size_t{1}, LoadRun::kStreamsMax));
  app.add_flag("--new-connections", flags.closes_each,
               "one for each request, closed behind its answer; HTTP/1");
  app.add_option("--body-bytes", flags.body_bytes, "send POST with a body of that many")
      ->check(CLI::Range(size_t{0}, LoadRun::kBodyBytesMax));
  app.add_option("--ledger", flags.ledger, "file: a line for what became of each request");
  app.add_option("--latencies", flags.latencies,
                 "file: when each answered request was due and what its answer took then (µs)");
  auto* ca = app.add_option("--tls-ca", flags.tls.ca, "speak TLS to a service of this authority");
  app.add_option("--tls-name", flags.tls.name, "which shows this name (default: --host)")
      ->needs(ca);
  app.add_option("--rate", flags.rate, "requests per second")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 1e6));
  app.add_option("--burst", flags.burst, "how many are sent at once, as often as the rate asks for")
      ->capture_default_str()
      ->check(CLI::Range(uint64_t{1}, LoadRun::kBurstMax));
  auto* requests = app.add_option("--requests", flags.requests, "how many to send");
  app.add_option("--seconds", flags.seconds, "how long to send (default: until SIGTERM)")
      ->excludes(requests);
  app.add_option("--timeout-ms", flags.timeout_ms, "of one request")->capture_default_str();
  app.add_option("--report-ms", flags.report_ms, "print the counts so far this often (0: never)");
}

LoadOptions ToOptions(const Flags& flags, const Address& target) {
  LoadOptions options{.target = target, .host = flags.host, .path = flags.path};
  if (flags.path.empty()) options.path = flags.protocol == Protocol::kGrpc ? kGrpcMethod : "/";
  options.protocol = flags.protocol;
  options.connections = flags.connections;
  options.streams = flags.protocol == Protocol::kHttp1 ? 1 : flags.streams;
  options.closes_each = flags.closes_each && flags.protocol == Protocol::kHttp1;
  options.body_bytes = flags.body_bytes;
  options.ledger = flags.ledger;
  options.latencies = flags.latencies;
  options.rate = flags.rate;
  options.burst = flags.burst;
  options.requests_max = std::numeric_limits<uint64_t>::max();
  if (flags.requests > 0) options.requests_max = flags.requests;
  if (flags.seconds > 0) options.requests_max = static_cast<uint64_t>(flags.seconds * flags.rate);
  options.timeout = std::chrono::milliseconds(flags.timeout_ms);
  options.report_interval = std::chrono::milliseconds(flags.report_ms);
  return options;
}

int Run(const LoadOptions& options) {
  ProgramLoop program;
  LoadRun run(program, options);
  if (!run.ledger().is_usable() || !run.latency_log().is_usable()) {
    std::fprintf(stderr, "cannot write %s\n",
                 (run.ledger().is_usable() ? options.latencies : options.ledger).c_str());
    return 2;
  }
  SignalWatch signals(program.loop, [&run] { run.Stop(); });
  run.Start();
  program.loop.Run();
  std::printf("%s\n", run.Report().c_str());
  return run.tally().failed() == 0 ? 0 : 1;
}

}  // namespace
}  // namespace outrigger::load

int main(int argc, char** argv) {
  CLI::App app("Sends a steady load and counts every request that fails.");
  outrigger::load::Flags flags;
  outrigger::load::AddFlags(app, flags);
  CLI11_PARSE(app, argc, argv);
  const auto target = outrigger::load::ParseHostPort(flags.target);
  if (!target.ok()) {
    std::fprintf(stderr, "%s\n", std::string(target.status().message()).c_str());
    return 2;
  }
  if (flags.tls.name.empty()) flags.tls.name = flags.host;
  const auto tls = outrigger::load::MakeClientTls(flags.tls);
  if (!tls.ok()) {
    std::fprintf(stderr, "%s\n", std::string(tls.status().message()).c_str());
    return 2;
  }
  outrigger::load::LoadOptions options = outrigger::load::ToOptions(flags, *target);
  options.tls = *tls;
  return outrigger::load::Run(options);
}
