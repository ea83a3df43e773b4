// Listeners whose filter chains differ in what they match, and where connections go in them.
//
// Thread: the test's.
#pragma once

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/listener_compiler.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {

class ChainMatchCompilerTest : public testing::Test {
 protected:
  static constexpr std::string_view kFilters =
      "filters: [{name: tcp, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters."
      "network.tcp_proxy.v3.TcpProxy, stat_prefix: t, cluster: c}}]";
  static std::string DefaultChain() {
    return fmt::format("default_filter_chain: {{{}}}", kFilters);
  }

  // A listener with a filter chain for each of these matches, and these fields beside them.
  Compiled<ListenerConfig> Compile(const std::vector<std::string>& matches,
                                   const std::string& fields = "") {
    std::string chains;
    for (const std::string& match : matches) {
      chains += fmt::format("{{{}, filter_chain_match: {{{}}}}}, ", kFilters, match);
    }
    const std::string yaml = fmt::format(
        "{{name: in, address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}, "
        "filter_chains: [{}]{}}}",
        chains, fields.empty() ? "" : ", " + fields);
    return CompileLikeReceived<ListenerConfig>(
        FromYaml<envoy::config::listener::v3::Listener>(yaml),
        [this](const auto& listener, auto& errors) {
          return CompileListener(listener, {{environment_, stats_, tls_}, discovered_}, errors);
        });
  }
  Mistakes Wrong(const std::vector<std::string>& matches, const std::string& fields = "") {
    return Compile(matches, fields).mistakes;
  }

  // The chain of a connection; -1: none.
  static int Find(const ListenerConfig& listener, const Address& source,
                  const Address& destination) {
    const auto chain = listener.match.Find({destination, source, source});
    return chain.has_value() ? static_cast<int>(*chain) : -1;
  }
  int Find(const std::vector<std::string>& matches, const std::string& source,
           const std::string& destination, const std::string& fields = "") {
    const auto compiled = Compile(matches, fields);
    EXPECT_THAT(compiled.mistakes, testing::IsEmpty());
    if (compiled.value == nullptr) return -2;
    return Find(*compiled.value, *Address::FromIp(source, 1000), *Address::FromIp(destination, 80));
  }

  CompileEnvironment environment_;
  stats::Registry stats_;
  xds::ResourceStore<Secret> secrets_;
  TlsCompiler tls_{secrets_, secrets_, environment_.stream_clusters};
  const xds::ResourceStore<ExtensionConfig> extensions_;
  DiscoveredFilters discovered_{extensions_, stats_, ""};
};

}  // namespace outrigger::compiler
