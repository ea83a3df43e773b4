#include "compiler/route_filters.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "envoy/config/route/v3/route_components.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kUnsupported =
    "envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute";
constexpr std::string_view kPolicy = "envoy.extensions.filters.http.cors.v3.CorsPolicy";

std::string Typed(std::string_view type, std::string_view fields = "") {
  return fmt::format("{{'@type': type.googleapis.com/{}{}{}}}", type, fields.empty() ? "" : ", ",
                     fields);
}
std::string Wrapped(std::string_view fields) {
  return Typed("envoy.config.route.v3.FilterConfig", fields);
}

struct Compiled {
  http::RouteFilters filters;
  Mistakes mistakes;
};
// What a route says to the filters of these names.
Compiled Compile(std::string_view configs) {
  const auto route = FromYaml<envoy::config::route::v3::Route>(
      fmt::format("{{typed_per_filter_config: {{{}}}}}", configs));
  ValidationErrors errors;
  Compiled compiled;
  compiled.filters = CompileRouteFilters(route.typed_per_filter_config(), {}, errors);
  compiled.mistakes = errors.messages();
  return compiled;
}

TEST(RouteFiltersTest, AreInOrderOfTheirNames) {
  const Compiled compiled = Compile("b: " + Typed(kPolicy) + ", a: " + Typed(kPolicy));
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  ASSERT_EQ(compiled.filters.size(), 2u);
  EXPECT_EQ(compiled.filters[0].name, "a");
  EXPECT_EQ(compiled.filters[0].kind, FilterKind::kCors);
  EXPECT_NE(compiled.filters[0].config, nullptr);
}

TEST(RouteFiltersTest, WhatIsNotSupportedIsRefused) {
  EXPECT_THAT(Compile("a: " + Typed(kUnsupported)).mistakes,
              ElementsAre(fmt::format("typed_per_filter_config[a]: {} is not supported yet, and "
                                      "requests must not pass without it",
                                      kUnsupported)));
}

TEST(RouteFiltersTest, WhatIsOptionalMayBeLeftOut) {
  const Compiled compiled =
      Compile("a: " + Wrapped("is_optional: true, config: " + Typed(kUnsupported)));
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  EXPECT_THAT(compiled.filters, IsEmpty());
}

TEST(RouteFiltersTest, WhatIsForFiltersThatAreLeftOutIsLeftOut) {
  const Compiled compiled =
      Compile("a: " + Typed("envoy.extensions.filters.http.compressor.v3.CompressorPerRoute"));
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  EXPECT_THAT(compiled.filters, IsEmpty());
}

TEST(RouteFiltersTest, AWrapperMayHoldAConfiguration) {
  const Compiled compiled = Compile("a: " + Wrapped("config: " + Typed(kPolicy)));
  ASSERT_EQ(compiled.filters.size(), 1u);
  EXPECT_EQ(compiled.filters[0].kind, FilterKind::kCors);
  EXPECT_FALSE(compiled.filters[0].is_disabled);
}

TEST(RouteFiltersTest, AnythingMayBeSwitchedOff) {
  const Compiled compiled = Compile("a: " + Wrapped("disabled: true"));
  ASSERT_EQ(compiled.filters.size(), 1u);
  EXPECT_TRUE(compiled.filters[0].is_disabled);
  EXPECT_EQ(compiled.filters[0].config, nullptr);
}

TEST(RouteFiltersTest, AWrapperSaysSomething) {
  EXPECT_THAT(Compile("a: " + Wrapped("is_optional: true")).mistakes,
              ElementsAre("typed_per_filter_config[a]{envoy.config.route.v3.FilterConfig}.config: "
                          "is required where the filter is not disabled"));
}

TEST(RouteFiltersTest, MistakesInsideAreToldWithTheirPath) {
  EXPECT_THAT(
      Compile("a: " + Typed(kPolicy, "allow_methods: \"x\\n\"")).mistakes,
      ElementsAre("typed_per_filter_config[a]{envoy.extensions.filters.http.cors.v3.CorsPolicy}."
                  "allow_methods: must hold no NUL, CR or LF"));
}

TEST(RouteFiltersTest, WhatCannotBeReadIsRefused) {
  envoy::config::route::v3::Route route;
  google::protobuf::Any& any = (*route.mutable_typed_per_filter_config())["a"];
  any.set_type_url(fmt::format("type.googleapis.com/{}", kPolicy));
  any.set_value("\xFF");
  ValidationErrors errors;
  CompileRouteFilters(route.typed_per_filter_config(), {}, errors);
  EXPECT_THAT(errors.messages(),
              ElementsAre(fmt::format("typed_per_filter_config[a]: {} cannot be read", kPolicy)));
}

}  // namespace
}  // namespace outrigger::compiler
