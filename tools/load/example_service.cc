// outrigger-example-service: an upstream by HTTP/1.1, HTTP/2 and gRPC, in plaintext or by TLS, that
// says who it is in every answer.
#include "tools/load/demo_service.h"

#include <sys/socket.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <utility>

#include "net/bind.h"
#include "tools/load/tls_files.h"

namespace outrigger::load {

namespace {

int Run(const std::string& listen, const ServiceOptions& options) {
  ProgramLoop program;
  const auto address = ParseHostPort(listen);
  if (!address.ok()) {
    std::fprintf(stderr, "%s\n", std::string(address.status().message()).c_str());
    return 2;
  }
  const auto fd = BindListenSocket(program.sockets, *address, {.reuses_port = false});
  if (!fd.ok() || program.sockets.Listen(*fd, SOMAXCONN) != 0) {
    std::fprintf(stderr, "cannot listen on %s: %s\n", listen.c_str(),
                 std::string(fd.status().message()).c_str());
    return 2;
  }
  {
    DemoService service(program.net, *fd, options);
    if (!service.is_usable()) {
      std::fprintf(stderr, "cannot write %s\n", options.ledger.c_str());
      return 2;
    }
    SignalWatch signals(program.loop, [&program] { program.loop.Stop(); });
    std::printf("listening on %s\n", program.sockets.LocalAddress(*fd).ToString().c_str());
    std::fflush(stdout);
    program.loop.Run();
  }
  program.sockets.Close(*fd);
  return 0;
}

}  // namespace
}  // namespace outrigger::load

int main(int argc, char** argv) {
  CLI::App app(
      "An HTTP service for demonstrations: every answer names its request and its version.");
  std::string listen = "127.0.0.1:0";
  outrigger::load::ServiceOptions options{.name = "example", .version = "v1"};
  app.add_option("--listen", listen, "ADDRESS:PORT; port 0 is chosen and printed")
      ->capture_default_str();
  app.add_option("--name", options.name, "goes into x-service-name")->capture_default_str();
  app.add_option("--version", options.version, "goes into x-service-version")
      ->capture_default_str();
  app.add_option("--ledger", options.ledger, "file: a line for each request");
  uint64_t closes_within_ms = 0;
  const auto* closes =
      app.add_option("--close-within-ms", closes_within_ms,
                     "close HTTP/1 connections by chance so long after an answer at the latest");
  uint64_t report_ms = 0;
  app.add_option("--report-ms", report_ms, "print the counts so far this often (0: never)");
  outrigger::load::TlsFiles tls;
  auto* key = app.add_option("--tls-key", tls.key, "its key");
  app.add_option("--tls-certificate", tls.certificate, "speak TLS with this certificate")
      ->needs(key);
  app.add_option("--tls-client-ca", tls.ca, "and want one of this authority from clients");
  CLI11_PARSE(app, argc, argv);
  if (!closes->empty()) options.closes_within = std::chrono::milliseconds(closes_within_ms);
  options.report_interval = std::chrono::milliseconds(report_ms);
  const auto context = outrigger::load::MakeServiceTls(tls);
  if (!context.ok()) {
    std::fprintf(stderr, "%s\n", std::string(context.status().message()).c_str());
    return 2;
  }
  options.tls = *context;
  return outrigger::load::Run(listen, options);
}
