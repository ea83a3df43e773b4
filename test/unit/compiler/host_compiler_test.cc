#include "compiler/host_compiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

#include "compiler/route_compiler.h"
#include "envoy/config/route/v3/route.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using HostProto = envoy::config::route::v3::VirtualHost;
using TableProto = envoy::config::route::v3::RouteConfiguration;

Compiled<DiscoveredHost> Compile(std::string_view yaml) {
  return CompileLikeReceived<DiscoveredHost>(
      FromYaml<HostProto>(yaml),
      [](const auto& proto, auto& errors) { return CompileHost(proto, {}, errors); });
}

Compiled<routing::RouteTable> CompileTable(std::string_view yaml,
                                           const CompileEnvironment& environment = {}) {
  return CompileLikeReceived<routing::RouteTable>(
      FromYaml<TableProto>(yaml),
      [&](const auto& proto, auto& errors) { return CompileRoutes(proto, environment, errors); });
}

TEST(HostCompilerTest, AHostHasItsDomainsAndItsBytes) {
  const auto host = Compile("{name: r/h, domains: [A, b]}");
  EXPECT_THAT(host.mistakes, IsEmpty());
  EXPECT_THAT(host.value->domains, ElementsAre("a", "b"));
  EXPECT_EQ(host.value->bytes,
            FromYaml<HostProto>("{name: r/h, domains: [A, b]}").SerializeAsString());
}

TEST(HostCompilerTest, MistakesOfAHostAreThoseOfATableWithIt) {
  EXPECT_THAT(Compile("{name: r/h, domains: [a, a]}").mistakes,
              ElementsAre("virtual_hosts[0].domains[1]: \"a\" is a domain of virtual host \"r/h\" "
                          "already"));
}

TEST(HostCompilerTest, TheTableOfAHostStandsBeforeTheLastSlash) {
  EXPECT_EQ(TableOfHost("a/b"), "a");
  EXPECT_EQ(TableOfHost("a/b/c"), "a/b");
  EXPECT_EQ(TableOfHost("a"), "");
}

TEST(HostCompilerTest, ATableSaysWhereItsHostsComeFrom) {
  const auto table =
      CompileTable("{name: r, vhds: {config_source: {ads: {}, initial_fetch_timeout: 3s}}}");
  EXPECT_THAT(table.mistakes, IsEmpty());
  EXPECT_EQ(table.value->values().host_discovery,
            (routing::HostDiscovery{nullptr, std::chrono::seconds(3)}));
}

TEST(HostCompilerTest, HostsAreDiscoveredByTheDeltaProtocolOnly) {
  const Mistakes refused = {
      "vhds.config_source: must be of the delta protocol: DELTA_GRPC, or ads that is"};
  EXPECT_EQ(
      CompileTable("{name: r, vhds: {config_source: {ads: {}}}}", {.is_ads_delta = false}).mistakes,
      refused);
  EXPECT_EQ(CompileTable("{name: r, vhds: {config_source: {api_config_source: {api_type: GRPC, "
                         "transport_api_version: V3, grpc_services: [{envoy_grpc: {cluster_name: "
                         "x}}]}}}}")
                .mistakes,
            refused);
}

TEST(HostCompilerTest, AnInlineTableHasNoHostsOfOthers) {
  ValidationErrors errors;
  EXPECT_EQ(
      CompileInlineRoutes(FromYaml<TableProto>("{vhds: {config_source: {ads: {}}}}"), {}, errors),
      nullptr);
  EXPECT_THAT(errors.messages(),
              ElementsAre("vhds: only a route configuration that comes by RDS may have it"));
}

}  // namespace
}  // namespace outrigger::compiler
