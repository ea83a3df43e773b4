#include "compiler/runtime_layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "envoy/config/bootstrap/v3/bootstrap.pb.h"
#include "envoy/service/runtime/v3/rtds.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

RuntimeValues Read(const std::string& yaml, ValidationErrors& errors) {
  return ReadRuntimeLayers(FromYaml<envoy::config::bootstrap::v3::LayeredRuntime>(yaml),
                           std::set<std::string, std::less<>>{"xds"}, errors);
}

RuntimeNumbers Numbers(const std::string& yaml) {
  ValidationErrors errors;
  RuntimeValues values = Read(yaml, errors);
  EXPECT_TRUE(errors.ok()) << errors.ToStatus();
  return values.numbers;
}

TEST(RuntimeLayersTest, MapsInMapsAreKeysWithDots) {
  EXPECT_THAT(Numbers("{layers: [{name: a, static_layer: {a: {b: {c: 1}, d: 2}, a.e: 3}}]}"),
              ElementsAre(Pair("a.b.c", 1), Pair("a.d", 2), Pair("a.e", 3)));
}

TEST(RuntimeLayersTest, ALaterLayerCounts) {
  EXPECT_THAT(Numbers("{layers: [{name: a, static_layer: {a: 1, b: 2}}, {name: b, static_layer: "
                      "{a: 3, b: x}}]}"),
              ElementsAre(Pair("a", 3)));
}

TEST(RuntimeLayersTest, NumbersMayBeText) {
  EXPECT_THAT(Numbers("{layers: [{name: a, static_layer: {a: \"2147483647\"}}]}"),
              ElementsAre(Pair("a", 2147483647)));
}

TEST(RuntimeLayersTest, WhatIsNoWholeNumberIsNone) {
  for (const char* value :
       {"-1", "1.5", "1e20", "\"-1\"", "\"x\"", "\"\"", "true", "\"nan\"", "\"inf\""}) {
    EXPECT_THAT(Numbers(std::string("{layers: [{name: a, static_layer: {a: ") + value + "}}]}"),
                IsEmpty())
        << value;
  }
}

TEST(RuntimeLayersTest, WhatIsNoValueIsRefused) {
  for (const char* value : {"null", "[1]"}) {
    ValidationErrors errors;
    Read(std::string("{layers: [{name: a, static_layer: {a: {b: ") + value + "}}}]}", errors);
    EXPECT_THAT(errors.messages(), ElementsAre("layers[0].static_layer.a.b: must be a text, a "
                                               "number, a bool or a map"));
  }
}

std::string Rtds(const std::string& fields) {
  return "{layers: [{name: a, static_layer: {k: 1}}, {name: b, rtds_layer: {" + fields + "}}]}";
}

TEST(RuntimeLayersTest, ALayerMayComeFromElsewhere) {
  ValidationErrors errors;
  const RuntimeValues ads = Read(Rtds("name: r, rtds_config: {ads: {}}"), errors);
  EXPECT_TRUE(errors.ok()) << errors.ToStatus();
  EXPECT_EQ(ads.layers[1].resource_key, "r");
  EXPECT_TRUE(AsksAds(ads));
  EXPECT_EQ(ads.requests.at("r").wait_max, Duration(std::chrono::seconds(15)));
  const RuntimeValues own =
      Read(Rtds("name: r, rtds_config: {initial_fetch_timeout: 0s, api_config_source: {api_type: "
                "GRPC, transport_api_version: V3, grpc_services: {envoy_grpc: {cluster_name: "
                "xds}}}}"),
           errors);
  EXPECT_TRUE(errors.ok()) << errors.ToStatus();
  EXPECT_FALSE(AsksAds(own));
  EXPECT_EQ(NameInKey(own.layers[1].resource_key), "r");
  EXPECT_EQ(own.requests.begin()->second.wait_max, std::nullopt);
}

TEST(RuntimeLayersTest, MistakesOfSuchALayerAreNamed) {
  ValidationErrors errors;
  Read(Rtds("rtds_config: {ads: {}}"), errors);
  Read(Rtds("name: r, rtds_config: {self: {}}"), errors);
  EXPECT_THAT(errors.messages(),
              ElementsAre("layers[1].rtds_layer.name: must not be empty",
                          "layers[1].rtds_layer.rtds_config: must be ads, api_config_source or "
                          "path_config_source"));
}

TEST(RuntimeLayersTest, ARuntimeIsReadAsALayerIs) {
  ValidationErrors errors;
  const auto content = CompileRuntime(
      FromYaml<envoy::service::runtime::v3::Runtime>("{name: r, layer: {a: {b: 1}, c: x}}"),
      errors);
  EXPECT_TRUE(errors.ok()) << errors.ToStatus();
  EXPECT_THAT(content->texts, ElementsAre(Pair("a.b", "1"), Pair("c", "x")));
  EXPECT_THAT(content->numbers, ElementsAre(Pair("a.b", 1)));
  CompileRuntime(FromYaml<envoy::service::runtime::v3::Runtime>(
                     "{name: r, layer: {a: [], overload: {global_downstream_max_connections: x}}}"),
                 errors);
  EXPECT_THAT(errors.messages(),
              testing::UnorderedElementsAre(
                  "layer.a: must be a text, a number, a bool or a map",
                  "layer.overload.global_downstream_max_connections: must be a whole number, at "
                  "least 0"));
}

TEST(RuntimeLayersTest, EachKeyIsTracedToItsField) {
  ValidationErrors errors;
  const RuntimeValues values =
      Read("{layers: [{name: a, admin_layer: {}}, {name: b, static_layer: {a: {b: x}}}]}", errors);
  EXPECT_THAT(values.fields, ElementsAre(Pair("a.b", "layers[1].static_layer.a.b")));
}

TEST(RuntimeLayersTest, ValuesAreKeptAsTextsLayerByLayer) {
  ValidationErrors errors;
  const RuntimeValues values = Read(
      "{layers: [{name: a, static_layer: {a: {b: 5, c: hello}, d: true, e: 0.25, f: -3, g: "
      "\"\"}}, {name: b, admin_layer: {}}]}",
      errors);
  ASSERT_THAT(values.layers, testing::SizeIs(2));
  EXPECT_EQ(values.layers[0].name, "a");
  EXPECT_THAT(values.layers[0].content.texts,
              ElementsAre(Pair("a.b", "5"), Pair("a.c", "hello"), Pair("d", "true"),
                          Pair("e", "0.25"), Pair("f", "-3"), Pair("g", "")));
  EXPECT_EQ(values.layers[1].name, "b");
  EXPECT_THAT(values.layers[1].content.texts, IsEmpty());
}

TEST(RuntimeLayersTest, AFractionIsOneValue) {
  ValidationErrors errors;
  const RuntimeValues values = Read(
      "{layers: [{name: a, static_layer: {a: {numerator: 5, denominator: MILLION}, b: {numerator: "
      "2}}}]}",
      errors);
  ASSERT_THAT(values.layers, testing::SizeIs(1));
  EXPECT_THAT(values.layers[0].content.texts,
              ElementsAre(Pair("a", "5/MILLION"), Pair("b", "2/HUNDRED")));
  EXPECT_THAT(values.numbers, IsEmpty());
}

TEST(RuntimeLayersTest, R57_MapsInMapsEndSomewhere) {
  const auto nested = [](int depth) {
    std::string value = "1";
    for (int i = 1; i < depth; ++i) value = "{a: " + value + "}";
    return "{layers: [{name: x, static_layer: {a: " + value + "}}]}";
  };
  EXPECT_THAT(Numbers(nested(16)), testing::SizeIs(1));
  ValidationErrors errors;
  Read(nested(17), errors);
  EXPECT_THAT(std::string(errors.ToStatus().message()), HasSubstr("more than 16 maps"));
}

}  // namespace
}  // namespace outrigger::compiler
