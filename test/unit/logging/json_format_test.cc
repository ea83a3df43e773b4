#include "logging/json_format.h"

#include <gtest/gtest.h>

#include <string>

namespace outrigger::logging {
namespace {

TextFormat Text(std::string_view format) { return *TextFormat::Compile(format, {}); }

std::string Written(const JsonFormat& format, const LogEntry& entry = {}) {
  std::string text = "before";
  format.Append(entry, text);
  return text.substr(6);
}

TEST(JsonFormat, AStringThatIsOneOperatorIsItsValue) {
  JsonFormat format;
  format.Open('{');
  format.Key("code");
  format.Value(Text("%RESPONSE_CODE%"));
  format.Key("route");
  format.Value(Text("%ROUTE_NAME%"));
  format.Key("both");
  format.Value(Text("%RESPONSE_CODE%/%ROUTE_NAME%"));
  format.Key("text");
  format.Value(Text("as \"it\" is"));
  format.Close('}');
  LogEntry entry;
  entry.status = 200;
  EXPECT_EQ(Written(format, entry),
            R"({"code":200,"route":null,"both":"200/-","text":"as \"it\" is"})");
  entry.route = "a";
  EXPECT_EQ(Written(format, entry),
            R"({"code":200,"route":"a","both":"200/a","text":"as \"it\" is"})");
}

TEST(JsonFormat, ListsAndObjectsMayBeInsideEachOther) {
  JsonFormat format;
  format.Open('{');
  format.Key("a");
  format.Open('[');
  format.Literal("1");
  format.Open('{');
  format.Close('}');
  format.Value(Text("%ROUTE_NAME%"));
  format.Close(']');
  format.Key("b");
  format.Open('{');
  format.Key("c");
  format.Literal("true");
  format.Close('}');
  format.Close('}');
  EXPECT_EQ(Written(format), R"({"a":[1,{},null],"b":{"c":true}})");
}

TEST(JsonFormat, MissingValuesAreLeftOutWhereThatIsWanted) {
  JsonFormat format(/*omits_missing=*/true);
  format.Open('{');
  format.Key("a");
  format.Value(Text("%ROUTE_NAME%"));
  format.Key("b");
  format.Value(Text("<%ROUTE_NAME%>"));
  format.Key("c");
  format.Value(Text("%ROUTE_NAME%"));
  format.Close('}');
  EXPECT_EQ(Written(format), R"({"b":"<>"})");
}

TEST(JsonFormat, R69_AnyBytesMakeAValidString) {
  JsonFormat format;
  format.Value(Text("%ROUTE_NAME%"));
  const auto value = [&format](std::string_view route) {
    LogEntry entry;
    entry.route = route;
    return Written(format, entry);
  };
  EXPECT_EQ(value("a\"b\\c\n\t\x01\x7f"), R"("a\"b\\c\n\t\u0001\u007f")");
  EXPECT_EQ(value("caf\xc3\xa9 \xf0\x9f\x98\x80"), "\"caf\xc3\xa9 \xf0\x9f\x98\x80\"");
  // What is not UTF-8 is taken for Latin-1, as in Envoy.
  EXPECT_EQ(value("caf\xe9 \"x\""), R"("caf\u00e9 \u0022x\u0022")");
  EXPECT_EQ(value("\xc3"), R"("\u00c3")");
  EXPECT_EQ(value("\xed\xa0\x80"), R"("\u00ed\u00a0\u0080")");
  EXPECT_EQ(value("\xc0\x80"), R"("\u00c0\u0080")");
}

}  // namespace
}  // namespace outrigger::logging
