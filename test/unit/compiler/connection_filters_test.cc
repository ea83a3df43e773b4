#include "compiler/connection_filters.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string Typed(std::string_view type) {
  return fmt::format("{{name: x, typed_config: {{'@type': type.googleapis.com/{}}}}}", type);
}

Mistakes CompileNetwork(std::string_view text) {
  stats::Registry stats;
  ValidationErrors errors;
  CompileNetworkFilter(FromYaml<envoy::config::listener::v3::Filter>(text), stats, errors);
  return errors.messages();
}

TEST(ConnectionFiltersTest, NetworkFiltersThatDecideAreRefused) {
  EXPECT_THAT(CompileNetwork(Typed("stats.PluginConfig")), IsEmpty());
  EXPECT_THAT(CompileNetwork(Typed("envoy.extensions.filters.network.ext_authz.v3.ExtAuthz")),
              ElementsAre("typed_config: envoy.extensions.filters.network.ext_authz.v3.ExtAuthz is "
                          "not supported yet, and connections must not pass without it"));
}

TEST(ConnectionFiltersTest, MistakesInAPolicyAreToldWithTheirPath) {
  EXPECT_THAT(
      CompileNetwork("{name: x, typed_config: {'@type': type.googleapis.com/envoy.extensions."
                     "filters.network.rbac.v3.RBAC, stat_prefix: a, rules: {policies: {p: "
                     "{permissions: [{not_rule: {header: {name: a, present_match: true}}}], "
                     "principals: [{any: true}]}}}}}"),
      ElementsAre("typed_config{envoy.extensions.filters.network.rbac.v3.RBAC}.rules.policies[p]: "
                  "must not look at headers: connections have none"));
}

TEST(ConnectionFiltersTest, APolicyThatCannotBeReadIsRefused) {
  stats::Registry stats;
  ValidationErrors errors;
  envoy::config::listener::v3::Filter proto;
  proto.mutable_typed_config()->set_type_url(
      "type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC");
  proto.mutable_typed_config()->set_value("\xFF");
  EXPECT_FALSE(CompileNetworkFilter(proto, stats, errors).has_value());
  EXPECT_THAT(errors.messages(),
              ElementsAre("typed_config: envoy.extensions.filters.network.rbac.v3.RBAC cannot be "
                          "read"));
}

TEST(ConnectionFiltersTest, InspectorsMayBeLeftOut) {
  const auto check = [](std::string_view type) {
    ValidationErrors errors;
    CheckListenerFilter(FromYaml<envoy::config::listener::v3::ListenerFilter>(Typed(type)), errors);
    return errors.messages();
  };
  EXPECT_THAT(check("envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector"), IsEmpty());
  EXPECT_THAT(check("envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol"),
              ElementsAre("typed_config: envoy.extensions.filters.listener.proxy_protocol.v3."
                          "ProxyProtocol is not supported yet, and connections must not pass "
                          "without it"));
}

}  // namespace
}  // namespace outrigger::compiler
