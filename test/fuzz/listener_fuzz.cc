// A Listener; connections find their filter chains, inline routes answer requests, TCP proxies
// choose clusters.
#include "compiler/listener_compiler.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "test/fuzz/received_resource.h"
#include "test/fuzz/use_routes.h"

namespace outrigger {
namespace {

void UseChain(const FilterChain& chain) {
  if (chain.is_http()) {
    const HttpOptions& http = chain.http();
    if (http.inline_routes != nullptr) test::UseRoutes(*http.inline_routes);
    return;
  }
  const TcpOptions& tcp = chain.tcp();
  if (chain.lacks_filter && tcp.cluster_names.empty()) return;  // its proxy has yet to come
  for (uint64_t value = 0; value < 8; ++value) {
    OUTRIGGER_CHECK(tcp.ChooseCluster(value * UINT32_MAX) < tcp.cluster_names.size());
  }
}

void UseMatch(const ListenerConfig& listener) {
  static const Address kAddresses[] = {
      Address::FromIp("10.0.0.1", 80).value(), Address::FromIp("127.0.0.1", 443).value(),
      Address::FromIp("::1", 80).value(), Address::FromPath("/x").value()};
  static constexpr std::string_view kProtocols[] = {"h2", "http/1.1"};
  for (const Address& destination : kAddresses) {
    for (const Address& source : kAddresses) {
      for (const std::string_view name : {"", "a", "b.a", ".a.", "..."}) {
        const auto chain =
            listener.match.Find({destination, source, source, name, "tls", kProtocols});
        OUTRIGGER_CHECK(chain.value_or(0) < listener.chains.size());
      }
    }
  }
}

}  // namespace
}  // namespace outrigger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const outrigger::compiler::CompileEnvironment environment;
  outrigger::stats::Registry stats;
  const outrigger::xds::ResourceStore<outrigger::compiler::Secret> secrets;
  outrigger::compiler::TlsCompiler tls(secrets, secrets, environment.stream_clusters);
  const outrigger::xds::ResourceStore<outrigger::compiler::ExtensionConfig> extensions;
  outrigger::compiler::DiscoveredFilters discovered(extensions, stats, "");
  const auto listener = outrigger::compiler::CompileInput<envoy::config::listener::v3::Listener>(
      bytes, size, [&](const auto& proto, auto& errors) {
        return outrigger::compiler::CompileListener(proto, {{environment, stats, tls}, discovered},
                                                    errors);
      });
  if (listener == nullptr) return 0;
  OUTRIGGER_CHECK(!listener->addresses.empty());
  for (const auto& place : listener->addresses) OUTRIGGER_CHECK(place.address.get().is_set());
  outrigger::UseMatch(*listener);
  for (const outrigger::FilterChain& chain : listener->chains) outrigger::UseChain(chain);
  return 0;
}
