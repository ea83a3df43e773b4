// A Listener; its inline routes answer requests.
#include "compiler/listener_compiler.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "test/fuzz/received_resource.h"
#include "test/fuzz/use_routes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  outrigger::stats::Registry stats;
  const outrigger::xds::ResourceStore<outrigger::compiler::Secret> secrets;
  outrigger::compiler::TlsCompiler tls(secrets);
  const auto listener = outrigger::compiler::CompileInput<envoy::config::listener::v3::Listener>(
      bytes, size, [&](const auto& proto, auto& errors) {
        return outrigger::compiler::CompileListener(proto, stats, tls, errors);
      });
  if (listener == nullptr) return 0;
  OUTRIGGER_CHECK(listener->address.is_set());
  const auto& http = listener->chain.http;
  if (http.inline_routes != nullptr) outrigger::test::UseRoutes(*http.inline_routes);
  return 0;
}
