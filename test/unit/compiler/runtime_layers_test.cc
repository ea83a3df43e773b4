#include "compiler/runtime_layers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "envoy/config/bootstrap/v3/bootstrap.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

RuntimeValues Read(const std::string& yaml, ValidationErrors& errors) {
  return ReadRuntimeLayers(FromYaml<envoy::config::bootstrap::v3::LayeredRuntime>(yaml), errors);
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
  for (const char* value : {"-1", "1.5", "1e20", "\"-1\"", "\"x\"", "\"\"", "true", "null", "[1]",
                            "\"nan\"", "\"inf\""}) {
    EXPECT_THAT(Numbers(std::string("{layers: [{name: a, static_layer: {a: ") + value + "}}]}"),
                IsEmpty())
        << value;
  }
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
  EXPECT_THAT(values.layers[0].texts,
              ElementsAre(Pair("a.b", "5"), Pair("a.c", "hello"), Pair("d", "true"),
                          Pair("e", "0.25"), Pair("f", "-3"), Pair("g", "")));
  EXPECT_EQ(values.layers[1].name, "b");
  EXPECT_THAT(values.layers[1].texts, IsEmpty());
}

TEST(RuntimeLayersTest, AFractionIsOneValue) {
  ValidationErrors errors;
  const RuntimeValues values = Read(
      "{layers: [{name: a, static_layer: {a: {numerator: 5, denominator: MILLION}, b: {numerator: "
      "2}}}]}",
      errors);
  ASSERT_THAT(values.layers, testing::SizeIs(1));
  EXPECT_THAT(values.layers[0].texts, ElementsAre(Pair("a", "5/MILLION"), Pair("b", "2/HUNDRED")));
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
