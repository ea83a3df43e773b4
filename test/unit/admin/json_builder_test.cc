#include "admin/json_builder.h"

#include <gtest/gtest.h>

namespace outrigger::admin {
namespace {

TEST(JsonBuilder, IndentsByOneSpaceALevel) {
  JsonBuilder json;
  json.BeginObject();
  json.StringField("a", "x\"\n");
  json.Key("b");
  json.BeginArray();
  json.Literal("1");
  json.BeginObject();
  json.EndObject();
  json.EndArray();
  json.EndObject();
  EXPECT_EQ(json.Take(), "{\n \"a\": \"x\\\"\\n\",\n \"b\": [\n  1,\n  {}\n ]\n}\n");
}

TEST(JsonBuilder, GoesOnWhereItWasTaken) {
  JsonBuilder json;
  json.BeginArray();
  json.Literal("1");
  EXPECT_EQ(json.Take(), "[\n 1");
  json.Literal("2");
  json.EndArray();
  EXPECT_EQ(json.Take(), ",\n 2\n]\n");
}

TEST(JsonBuilder, PadsBase64) {
  JsonBuilder json;
  json.BeginArray();
  for (const char* text : {"", "M", "Ma", "Man", "\xff\xfe\xfd\xfc"}) json.Base64(text);
  json.EndArray();
  EXPECT_EQ(json.Take(), "[\n \"\",\n \"TQ==\",\n \"TWE=\",\n \"TWFu\",\n \"//79/A==\"\n]\n");
}

}  // namespace
}  // namespace outrigger::admin
