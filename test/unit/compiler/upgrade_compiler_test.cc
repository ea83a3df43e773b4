#include "compiler/upgrade_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "compiler/route_compiler.h"
#include "envoy/config/route/v3/route.pb.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;
using testing::ElementsAre;
using testing::IsEmpty;

struct Upgrades {
  routing::UpgradeRules rules;
  Mistakes mistakes;
};

// Of a connection manager with these upgrade_configs.
Upgrades Compile(std::string_view configs) {
  const auto proto =
      FromYaml<HttpConnectionManager>(fmt::format("{{upgrade_configs: {}}}", configs));
  ValidationErrors errors;
  std::vector<std::string> ignored;
  CheckFieldUse(proto, errors, ignored);
  Upgrades upgrades;
  upgrades.rules = CompileUpgrades(proto.upgrade_configs(), errors);
  upgrades.mistakes = errors.messages();
  return upgrades;
}

Mistakes WrongRoute(std::string_view route) {
  return CompileLikeReceived<routing::RouteTable>(
             FromYaml<envoy::config::route::v3::RouteConfiguration>(fmt::format(
                 "{{name: t, virtual_hosts: [{{name: a, domains: ['*'], routes: [{}]}}]}}", route)),
             [](const auto& proto, ValidationErrors& errors) {
               return CompileRoutes(proto, {}, errors);
             })
      .mistakes;
}

TEST(UpgradeCompilerTest, AProtocolIsAllowedUnlessItIsSwitchedOff) {
  const Upgrades upgrades = Compile(
      "[{upgrade_type: websocket}, {upgrade_type: CONNECT, enabled: false}, "
      "{upgrade_type: chat, enabled: true}]");
  EXPECT_THAT(upgrades.mistakes, IsEmpty());
  EXPECT_EQ(upgrades.rules.Find("WebSocket"), true);
  EXPECT_EQ(upgrades.rules.Find("connect"), false);
  EXPECT_EQ(upgrades.rules.Find("chat"), true);
  EXPECT_EQ(upgrades.rules.Find("h2c"), std::nullopt);
}

TEST(UpgradeCompilerTest, AProtocolIsNamedAndThereOnce) {
  EXPECT_THAT(Compile("[{enabled: true}, {upgrade_type: a}, {upgrade_type: A}]").mistakes,
              ElementsAre("upgrade_configs[0].upgrade_type: is required",
                          "upgrade_configs[2].upgrade_type: \"A\" is there twice"));
}

TEST(UpgradeCompilerTest, FiltersOfATunnelAreRefused) {
  EXPECT_THAT(Compile("[{upgrade_type: a, filters: [{name: x}]}]").mistakes,
              ElementsAre("upgrade_configs[0].filters: is not supported: a tunnel passes the "
                          "filters of the other requests"));
}

TEST(UpgradeCompilerTest, ARouteThatEndsATunnelIsRefused) {
  EXPECT_THAT(
      WrongRoute("{match: {connect_matcher: {}}, route: {cluster: c, upgrade_configs: "
                 "[{upgrade_type: CONNECT, connect_config: {}}]}}"),
      ElementsAre("virtual_hosts[0].routes[0].route.upgrade_configs[0].connect_config: is not "
                  "supported: CONNECT is passed on to an HTTP upstream so far"));
  EXPECT_THAT(WrongRoute("{match: {prefix: /}, route: {cluster: c, upgrade_configs: [{}]}}"),
              ElementsAre("virtual_hosts[0].routes[0].route.upgrade_configs[0].upgrade_type: must "
                          "have at least 1 character"));
}

}  // namespace
}  // namespace outrigger::compiler
