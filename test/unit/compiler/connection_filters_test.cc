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

TEST(ConnectionFiltersTest, NetworkFiltersThatDecideAreRefused) {
  const auto check = [](std::string_view type) {
    ValidationErrors errors;
    CheckNetworkFilter(FromYaml<envoy::config::listener::v3::Filter>(Typed(type)), errors);
    return errors.messages();
  };
  EXPECT_THAT(check("stats.PluginConfig"), IsEmpty());
  EXPECT_THAT(check("envoy.extensions.filters.network.rbac.v3.RBAC"),
              ElementsAre("typed_config: envoy.extensions.filters.network.rbac.v3.RBAC is not "
                          "supported yet, and connections must not pass without it"));
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
