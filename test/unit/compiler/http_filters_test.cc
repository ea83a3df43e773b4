#include "compiler/http_filters.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string Typed(std::string_view type, std::string_view fields = "", std::string_view more = "") {
  return fmt::format("{{name: x, typed_config: {{'@type': type.googleapis.com/{}, {}}}, {}}}", type,
                     fields, more);
}

const std::string kRouter = Typed("envoy.extensions.filters.http.router.v3.Router");
constexpr std::string_view kRbac = "envoy.extensions.filters.http.rbac.v3.RBAC";
constexpr std::string_view kFault = "envoy.extensions.filters.http.fault.v3.HTTPFault";

Mistakes Check(const HttpConnectionManagerProto& proto) {
  ValidationErrors errors;
  CheckHttpFilters(proto, errors);
  return errors.messages();
}

Mistakes CheckFilters(std::string_view filters) {
  return Check(
      FromYaml<HttpConnectionManagerProto>(fmt::format("{{http_filters: [{}]}}", filters)));
}

// What stands before the router.
Mistakes CheckBeforeRouter(std::string_view filter) {
  return CheckFilters(fmt::format("{}, {}", filter, kRouter));
}

TEST(HttpFiltersTest, TheRouterAloneIsRight) { EXPECT_THAT(CheckFilters(kRouter), IsEmpty()); }

TEST(HttpFiltersTest, TheRouterIsTheLastFilter) {
  EXPECT_THAT(CheckFilters(""), ElementsAre("http_filters: must end with the router"));
  EXPECT_THAT(CheckFilters(Typed(kFault)),
              ElementsAre(fmt::format("http_filters[0]: must be the router, is {}", kFault)));
  EXPECT_THAT(CheckBeforeRouter(kRouter),
              ElementsAre("http_filters[0]: the router must be the last filter"));
}

TEST(HttpFiltersTest, TheRouterIsNotDisabled) {
  EXPECT_THAT(
      CheckFilters(Typed("envoy.extensions.filters.http.router.v3.Router", "", "disabled: true")),
      ElementsAre("http_filters[0]: the router must not be disabled"));
}

TEST(HttpFiltersTest, ARouterThatCannotBeReadIsRefused) {
  auto proto = FromYaml<HttpConnectionManagerProto>(fmt::format("{{http_filters: [{}]}}", kRouter));
  proto.mutable_http_filters(0)->mutable_typed_config()->set_value("\xFF");
  EXPECT_THAT(Check(proto), ElementsAre("http_filters[0]: cannot be read"));
}

TEST(HttpFiltersTest, FiltersThatDecideAreRefused) {
  EXPECT_THAT(CheckBeforeRouter(Typed(kRbac)),
              ElementsAre(fmt::format("http_filters[0].typed_config: {} is not supported yet, and "
                                      "requests must not pass without it",
                                      kRbac)));
  EXPECT_THAT(CheckBeforeRouter("{name: x}"),
              ElementsAre("http_filters[0].typed_config: empty is not supported yet, and requests "
                          "must not pass without it"));
}

TEST(HttpFiltersTest, FiltersThatObserveMayBeLeftOut) {
  for (const char* type :
       {"envoy.extensions.filters.http.grpc_stats.v3.FilterConfig",
        "envoy.extensions.filters.http.cors.v3.Cors",
        "envoy.extensions.filters.http.compressor.v3.Compressor", "stats.PluginConfig"}) {
    EXPECT_THAT(CheckBeforeRouter(Typed(type)), IsEmpty()) << type;
  }
}

TEST(HttpFiltersTest, TypesInATypedStructAreSeen) {
  const auto wrapped = [](std::string_view type) {
    return Typed("udpa.type.v1.TypedStruct",
                 fmt::format("type_url: type.googleapis.com/{}, value: {{}}", type));
  };
  EXPECT_THAT(CheckBeforeRouter(wrapped("stats.PluginConfig")), IsEmpty());
  EXPECT_THAT(CheckBeforeRouter(wrapped(kRbac)),
              ElementsAre(testing::HasSubstr(std::string(kRbac))));
}

TEST(HttpFiltersTest, OptionalAndDisabledFiltersMayBeLeftOut) {
  EXPECT_THAT(CheckBeforeRouter(Typed(kRbac, "", "disabled: true")), IsEmpty());
  EXPECT_THAT(CheckBeforeRouter(Typed("envoy.config.core.v3.Node", "", "is_optional: true")),
              IsEmpty());
}

TEST(HttpFiltersTest, AFaultFilterMayBeLeftOutWhenItInjectsNothing) {
  EXPECT_THAT(CheckBeforeRouter(Typed(kFault)), IsEmpty());
  EXPECT_THAT(CheckBeforeRouter(Typed(kFault,
                                      "abort: {http_status: 503, percentage: {numerator: "
                                      "1}}")),
              ElementsAre(testing::StartsWith("http_filters[0].typed_config: ")));
}

TEST(HttpFiltersTest, FiltersFromElsewhereAreTheFieldTablesBusiness) {
  EXPECT_THAT(CheckBeforeRouter("{name: x, config_discovery: {type_urls: [a]}}"), IsEmpty());
}

TEST(HttpFiltersTest, NetworkFiltersThatDecideAreRefused) {
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

TEST(HttpFiltersTest, InspectorsMayBeLeftOut) {
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
