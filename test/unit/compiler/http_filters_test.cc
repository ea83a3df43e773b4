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
constexpr std::string_view kUnsupported = "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz";
constexpr std::string_view kFault = "envoy.extensions.filters.http.fault.v3.HTTPFault";

struct Surroundings {
  stats::Registry stats;
  const xds::ResourceStore<ExtensionConfig> extensions;
  DiscoveredFilters discovered{extensions, stats, ""};
  const StreamClusters clusters;
  const HttpFiltersContext context{{"ingress", stats}, discovered, clusters};
};

Mistakes Check(const HttpConnectionManagerProto& proto) {
  Surroundings surroundings;
  ValidationErrors errors;
  CompileHttpFilters(proto, surroundings.context, errors);
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
  EXPECT_THAT(CheckBeforeRouter(Typed(kUnsupported)),
              ElementsAre(fmt::format("http_filters[0].typed_config: {} is not supported yet, and "
                                      "requests must not pass without it",
                                      kUnsupported)));
  EXPECT_THAT(CheckBeforeRouter("{name: x}"),
              ElementsAre("http_filters[0].typed_config: empty is not supported yet, and requests "
                          "must not pass without it"));
}

TEST(HttpFiltersTest, FiltersThatObserveMayBeLeftOut) {
  for (const char* type :
       {"envoy.extensions.filters.http.compressor.v3.Compressor", "stats.PluginConfig"}) {
    EXPECT_THAT(CheckBeforeRouter(Typed(type)), IsEmpty()) << type;
  }
}

TEST(HttpFiltersTest, TypesInATypedStructAreSeen) {
  const auto wrapped = [](std::string_view type) {
    return Typed("udpa.type.v1.TypedStruct",
                 fmt::format("type_url: type.googleapis.com/{}, value: {{}}", type));
  };
  EXPECT_THAT(CheckBeforeRouter(wrapped("stats.PluginConfig")), IsEmpty());
  EXPECT_THAT(CheckBeforeRouter(wrapped(kUnsupported)),
              ElementsAre(testing::HasSubstr(std::string(kUnsupported))));
}

TEST(HttpFiltersTest, OptionalAndDisabledFiltersMayBeLeftOut) {
  EXPECT_THAT(CheckBeforeRouter(Typed(kUnsupported, "", "disabled: true")), IsEmpty());
  EXPECT_THAT(CheckBeforeRouter(Typed("envoy.config.core.v3.Node", "", "is_optional: true")),
              IsEmpty());
}

TEST(HttpFiltersTest, WhatIsSupportedIsCompiledInOrder) {
  Surroundings surroundings;
  ValidationErrors errors;
  const auto proto = FromYaml<HttpConnectionManagerProto>(fmt::format(
      "{{http_filters: [{}, {}, {}]}}", Typed("envoy.extensions.filters.http.cors.v3.Cors"),
      Typed(kFault, "", "disabled: true"), kRouter));
  const auto filters = CompileHttpFilters(proto, surroundings.context, errors);
  ASSERT_EQ(filters.size(), 2u);
  EXPECT_EQ(filters[0].kind, FilterKind::kCors);
  EXPECT_FALSE(filters[0].is_disabled);
  EXPECT_EQ(filters[1].kind, FilterKind::kFault);
  EXPECT_TRUE(filters[1].is_disabled);
}

TEST(HttpFiltersTest, MistakesInAFilterAreToldWithTheirPath) {
  EXPECT_THAT(
      CheckBeforeRouter(Typed("envoy.extensions.filters.http.rbac.v3.RBAC",
                              "rules: {policies: {p: {permissions: [{destination_ip: "
                              "{address_prefix: x}}], principals: [{any: true}]}}}")),
      ElementsAre("http_filters[0].typed_config{envoy.extensions.filters.http.rbac.v3.RBAC}."
                  "rules.policies[p].permissions[0].destination_ip.address_prefix: must be an IP "
                  "address"));
}

TEST(HttpFiltersTest, WhatIsDiscoveredKeepsItsPlace) {
  const std::string discovered = fmt::format(
      "{{name: x, config_discovery: {{config_source: {{ads: {{}}}}, type_urls: "
      "[type.googleapis.com/{}]}}}}",
      kFault);
  EXPECT_THAT(CheckBeforeRouter(discovered), IsEmpty());
  EXPECT_THAT(CheckFilters(discovered), IsEmpty());  // who comes may not be the router
  EXPECT_THAT(CheckBeforeRouter("{name: x, config_discovery: {}}"),
              ElementsAre("http_filters[0].config_discovery.config_source: is required"));
}

}  // namespace
}  // namespace outrigger::compiler
