#include "compiler/scope_compiler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "envoy/config/route/v3/scoped_route.pb.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using ScopeProto = envoy::config::route::v3::ScopedRouteConfiguration;
using ScopedProto = envoy::extensions::filters::network::http_connection_manager::v3::ScopedRoutes;

Compiled<RouteScope> Compile(std::string_view yaml) {
  return CompileLikeReceived<RouteScope>(
      FromYaml<ScopeProto>(yaml),
      [](const auto& proto, auto& errors) { return CompileScope(proto, {}, errors); });
}

Compiled<ScopedRoutes> CompileScoped(const std::string& builder, const std::string& fields) {
  return CompileLikeReceived<ScopedRoutes>(
      FromYaml<ScopedProto>("{name: s, scope_key_builder: {fragments: [{header_value_extractor: {" +
                            builder + "}}]}, " + fields + "}"),
      [](const auto& proto, auto& errors) { return CompileScopedRoutes(proto, {}, errors); });
}

constexpr const char* kAds =
    "rds_config_source: {ads: {}}, scoped_rds: "
    "{scoped_rds_config_source: {ads: {}, initial_fetch_timeout: 2s}}";
constexpr const char* kExtractor = "scope_key_builder.fragments[0].header_value_extractor";

TEST(ScopeCompilerTest, AScopeHasAKeyAndTheNameOfItsTable) {
  const auto scope = Compile(
      "{name: s, route_configuration_name: r, on_demand: true, key: {fragments: [{string_key: a}, "
      "{string_key: b}]}}");
  EXPECT_THAT(scope.mistakes, IsEmpty());
  EXPECT_THAT(scope.ignored,
              ElementsAre("on_demand: the routes of all scopes are fetched at once"));
  EXPECT_EQ(scope.value->name, "s");
  EXPECT_EQ(scope.value->key, routing::JoinScopeKey(std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(scope.value->route_table_name, "r");
  EXPECT_EQ(scope.value->inline_routes, nullptr);
}

TEST(ScopeCompilerTest, AScopeMayBringItsTable) {
  const auto scope = Compile(
      "{name: s, route_configuration: {name: r, virtual_hosts: [{name: v, domains: ['*']}]}, "
      "key: {fragments: [{string_key: a}]}}");
  EXPECT_THAT(scope.mistakes, IsEmpty());
  EXPECT_EQ(scope.value->inline_routes->values().virtual_hosts.size(), 1u);
}

TEST(ScopeCompilerTest, AScopeNeedsOneTableAndAKeyThatRequestsCanHave) {
  EXPECT_THAT(Compile("{name: s, key: {fragments: [{string_key: a}]}}").mistakes,
              ElementsAre("route_configuration_name or route_configuration is required, and not "
                          "both"));
  EXPECT_THAT(Compile("{name: s, route_configuration_name: r, route_configuration: {}, key: "
                      "{fragments: [{string_key: a}]}}")
                  .mistakes,
              ElementsAre("route_configuration_name or route_configuration is required, and not "
                          "both"));
  EXPECT_THAT(Compile("{name: s, route_configuration_name: r, key: {fragments: [{string_key: "
                      "\"a\\0\"}]}}")
                  .mistakes,
              ElementsAre("key.fragments[0].string_key: must not contain NUL: no request could "
                          "match it"));
}

TEST(ScopeCompilerTest, MistakesInAnInlineTableHaveItsPath) {
  EXPECT_THAT(Compile("{name: s, route_configuration: {virtual_hosts: [{name: v, domains: [a, a]}]"
                      "}, key: {fragments: [{string_key: a}]}}")
                  .mistakes,
              ElementsAre("route_configuration.virtual_hosts[0].domains[1]: \"a\" is a domain of "
                          "virtual host \"v\" already"));
}

TEST(ScopeCompilerTest, AConnectionManagerSaysHowKeysAreMadeAndWhereScopesComeFrom) {
  const auto scoped =
      CompileScoped("name: X-A, element_separator: ';', element: {separator: '=', key: k}", kAds);
  EXPECT_THAT(scoped.mistakes, IsEmpty());
  EXPECT_EQ(scoped.value->name, "s");
  EXPECT_THAT(
      scoped.value->fragments,
      ElementsAre(routing::ScopeFragment{
          .field = "x-a", .element_separator = ";", .index = 0, .key = "k", .key_separator = "="}));
  EXPECT_EQ(scoped.value->scopes_source, nullptr);
  EXPECT_EQ(scoped.value->scopes_wait_max, std::chrono::seconds(2));
  EXPECT_EQ(scoped.value->routes_wait_max, std::chrono::seconds(15));
  EXPECT_FALSE(scoped.value->is_inline);
}

TEST(ScopeCompilerTest, AnExtractorThatCannotWorkIsAMistake) {
  EXPECT_THAT(CompileScoped("name: a, index: 1", kAds).mistakes,
              ElementsAre(std::string(kExtractor) + ".index: must be 0 without an "
                                                    "element_separator"));
  EXPECT_THAT(CompileScoped("name: a", kAds).mistakes,
              ElementsAre(std::string(kExtractor) + ": index or element is required"));
}

TEST(ScopeCompilerTest, InlineScopesMustDiffer) {
  const std::string list =
      "scoped_route_configurations_list: {scoped_route_configurations: [{name: one, "
      "route_configuration_name: r, key: {fragments: [{string_key: a}]}}, {name: two, "
      "route_configuration_name: r, key: {fragments: [{string_key: ";
  const auto good = CompileScoped("name: a, index: 0", list + "b}]}}]}");
  EXPECT_THAT(good.mistakes, IsEmpty());
  EXPECT_TRUE(good.value->is_inline);
  EXPECT_EQ(good.value->inline_scopes.size(), 2u);
  EXPECT_THAT(CompileScoped("name: a, index: 0", list + "a}]}}]}").mistakes,
              ElementsAre("scoped_route_configurations_list.scoped_route_configurations[1].key: is "
                          "that of scope one already"));
}

TEST(ScopeCompilerTest, ALocatorOfScopesIsRefused) {
  EXPECT_THAT(
      CompileScoped("name: a, index: 0",
                    "scoped_rds: {scoped_rds_config_source: {ads: {}}, srds_resources_locator: x}")
          .mistakes,
      ElementsAre("scoped_rds.srds_resources_locator: is not supported: scopes are taken whole"));
}

}  // namespace
}  // namespace outrigger::compiler
