// A Listener; its inline routes answer requests, its TCP proxy chooses clusters.
#include "compiler/listener_compiler.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "test/fuzz/received_resource.h"
#include "test/fuzz/use_routes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const outrigger::compiler::CompileEnvironment environment;
  outrigger::stats::Registry stats;
  const outrigger::xds::ResourceStore<outrigger::compiler::Secret> secrets;
  outrigger::compiler::TlsCompiler tls(secrets);
  const auto listener = outrigger::compiler::CompileInput<envoy::config::listener::v3::Listener>(
      bytes, size, [&](const auto& proto, auto& errors) {
        return outrigger::compiler::CompileListener(proto, {environment, stats, tls}, errors);
      });
  if (listener == nullptr) return 0;
  OUTRIGGER_CHECK(listener->address.is_set());
  if (!listener->chain.is_http()) {
    const outrigger::TcpOptions& tcp = listener->chain.tcp();
    for (uint64_t value = 0; value < 8; ++value) {
      OUTRIGGER_CHECK(tcp.ChooseCluster(value * UINT32_MAX) < tcp.cluster_names.size());
    }
    return 0;
  }
  const auto& http = listener->chain.http();
  if (http.inline_routes != nullptr) outrigger::test::UseRoutes(*http.inline_routes);
  return 0;
}
