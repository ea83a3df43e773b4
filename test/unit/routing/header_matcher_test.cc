#include "routing/header_matcher.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "re2/re2.h"
#include "routing/route_table.h"

namespace outrigger::routing {
namespace {

using Kind = HeaderMatch::Kind;
using Text = StringMatch::Kind;

StringMatch String(Text kind, std::string text, bool ignores_case = false) {
  return {.kind = kind, .text = std::move(text), .ignores_case = ignores_case};
}

StringMatch Regex(const std::string& pattern) {
  return {.kind = Text::kRegex, .text = pattern, .regex = std::make_shared<re2::RE2>(pattern)};
}

HeaderMatch OnX(StringMatch string) {
  return {.name = "x", .kind = Kind::kString, .string = std::move(string)};
}

HeaderMatch Range(int64_t begin, int64_t end) {
  return {.name = "x", .kind = Kind::kRange, .range_begin = begin, .range_end = end};
}

HeaderMatch Inverted(HeaderMatch match) {
  match.is_inverted = true;
  return match;
}

HeaderMatch WithEmpty(HeaderMatch match) {
  match.treats_missing_as_empty = true;
  return match;
}

// The field x with these values, in this order.
bool Matches(const HeaderMatch& match, const std::vector<std::string_view>& values) {
  http::RequestHead request;
  for (const std::string_view value : values) request.headers.Add("x", value);
  return MatchesHeader(match, request);
}

TEST(StringMatchTest, ComparesTheWholeOrItsParts) {
  EXPECT_TRUE(String(Text::kExact, "ab").Matches("ab"));
  EXPECT_FALSE(String(Text::kExact, "ab").Matches("abc"));
  EXPECT_TRUE(String(Text::kPrefix, "ab").Matches("abc"));
  EXPECT_FALSE(String(Text::kPrefix, "ab").Matches("cab"));
  EXPECT_TRUE(String(Text::kSuffix, "ab").Matches("cab"));
  EXPECT_FALSE(String(Text::kSuffix, "ab").Matches("abc"));
  EXPECT_TRUE(String(Text::kContains, "ab").Matches("cabc"));
  EXPECT_FALSE(String(Text::kContains, "ab").Matches("acb"));
  EXPECT_TRUE(String(Text::kExact, "").Matches(""));
  EXPECT_FALSE(String(Text::kExact, "").Matches("a"));
  EXPECT_TRUE(String(Text::kContains, "").Matches(""));
}

TEST(StringMatchTest, CaseMattersUnlessIgnored) {
  for (const Text kind : {Text::kExact, Text::kPrefix, Text::kSuffix, Text::kContains}) {
    EXPECT_FALSE(String(kind, "ab").Matches("AB"));
    EXPECT_TRUE(String(kind, "ab", true).Matches("AB"));
  }
  EXPECT_TRUE(String(Text::kContains, "b,c", true).Matches("aB,Cd"));
}

TEST(StringMatchTest, ARegexMatchesTheWholeValueWithItsOwnCase) {
  EXPECT_TRUE(Regex("a+b").Matches("aab"));
  EXPECT_FALSE(Regex("a+b").Matches("aabc"));
  EXPECT_FALSE(Regex("a+b").Matches("AAB"));
  StringMatch ignoring = Regex("a+b");
  ignoring.ignores_case = true;
  EXPECT_FALSE(ignoring.Matches("AAB"));
}

TEST(HeaderMatcherTest, PresenceAsksForTheFieldAndNotItsValue) {
  const HeaderMatch present = {.name = "x", .kind = Kind::kPresent};
  const HeaderMatch absent = {.name = "x", .kind = Kind::kAbsent};
  EXPECT_TRUE(Matches(present, {""}));
  EXPECT_FALSE(Matches(present, {}));
  EXPECT_TRUE(Matches(absent, {}));
  EXPECT_FALSE(Matches(absent, {""}));
  EXPECT_TRUE(Matches(Inverted(present), {}));
  EXPECT_FALSE(Matches(Inverted(present), {"1"}));
  EXPECT_TRUE(Matches(Inverted(absent), {"1"}));
  EXPECT_FALSE(Matches(Inverted(absent), {}));
}

TEST(HeaderMatcherTest, AMissingFieldTreatedAsEmptyIsPresent) {
  const HeaderMatch present = WithEmpty({.name = "x", .kind = Kind::kPresent});
  const HeaderMatch absent = WithEmpty({.name = "x", .kind = Kind::kAbsent});
  EXPECT_TRUE(Matches(present, {}));
  EXPECT_FALSE(Matches(Inverted(present), {}));
  EXPECT_FALSE(Matches(absent, {}));
  EXPECT_TRUE(Matches(Inverted(absent), {}));
}

TEST(HeaderMatcherTest, AMissingFieldFailsAComparisonEvenInverted) {
  const HeaderMatch exact = OnX(String(Text::kExact, "a"));
  EXPECT_FALSE(Matches(exact, {}));
  EXPECT_FALSE(Matches(Inverted(exact), {}));
  EXPECT_TRUE(Matches(Inverted(WithEmpty(exact)), {}));
  EXPECT_FALSE(Matches(WithEmpty(exact), {}));
  EXPECT_TRUE(Matches(WithEmpty(OnX(String(Text::kExact, ""))), {}));
  EXPECT_FALSE(Matches(Inverted(Range(0, 10)), {}));
  EXPECT_TRUE(Matches(Inverted(WithEmpty(Range(0, 10))), {}));
}

TEST(HeaderMatcherTest, AnyValueOfARepeatedFieldMaySatisfy) {
  const HeaderMatch exact = OnX(String(Text::kExact, "b"));
  EXPECT_TRUE(Matches(exact, {"a", "b"}));
  EXPECT_FALSE(Matches(Inverted(exact), {"a", "b"}));
  EXPECT_TRUE(Matches(Inverted(exact), {"a", "c"}));
  EXPECT_FALSE(Matches(OnX(String(Text::kExact, "a,b")), {"a", "b"})) << "values are not joined";
  EXPECT_TRUE(Matches(Range(6, 7), {"5", "6"}));
}

TEST(HeaderMatcherTest, ARangeIsHalfOpenAndWantsAnInteger) {
  EXPECT_TRUE(Matches(Range(0, 10), {"0"}));
  EXPECT_TRUE(Matches(Range(0, 10), {"9"}));
  EXPECT_FALSE(Matches(Range(0, 10), {"10"}));
  EXPECT_TRUE(Matches(Range(-5, 0), {"-5"}));
  EXPECT_TRUE(Matches(Range(0, 10), {"+5"}));
  EXPECT_TRUE(Matches(Range(0, 10), {"05"}));
  for (const char* value : {"", "5a", "5.0", "0x5", "99999999999999999999"}) {
    EXPECT_FALSE(Matches(Range(INT64_MIN, INT64_MAX), {value})) << value;
    EXPECT_TRUE(Matches(Inverted(Range(INT64_MIN, INT64_MAX)), {value})) << value;
  }
}

TEST(HeaderMatcherTest, PseudoHeadersAreThePartsOfTheRequestLine) {
  http::RequestHead request;
  request.method = "GET";
  request.path = "/p?q=1";
  request.authority = "a.com:80";
  request.scheme = "http";
  const auto holds = [&request](std::string name, std::string value) {
    HeaderMatch match = OnX(String(Text::kExact, std::move(value)));
    match.name = std::move(name);
    return MatchesHeader(match, request);
  };
  EXPECT_TRUE(holds(":method", "GET"));
  EXPECT_TRUE(holds(":path", "/p?q=1")) << "with its query";
  EXPECT_TRUE(holds(":authority", "a.com:80"));
  EXPECT_TRUE(holds("host", "a.com:80"));
  EXPECT_TRUE(holds(":scheme", "http"));
  EXPECT_FALSE(holds(":protocol", ""));
}

TEST(HeaderMatcherTest, UpgradeIsWhatTheRequestAsksFor) {
  HeaderMatch match = {.name = "upgrade", .kind = Kind::kString};
  match.string = String(Text::kExact, "websocket", true);
  http::RequestHead request;
  EXPECT_FALSE(MatchesHeader(match, request));
  request.upgrade = "WebSocket";
  EXPECT_TRUE(MatchesHeader(match, request));
}

TEST(HeaderMatcherTest, AllConditionsMustHold) {
  http::RequestHead request;
  request.method = "GET";
  request.headers.Add("x-request-id", "1");
  const HeaderMatch known = {.name = "x-request-id", .kind = Kind::kPresent};
  const HeaderMatch other = {.name = "other", .kind = Kind::kPresent};
  EXPECT_TRUE(MatchesHeaders({}, request));
  EXPECT_TRUE(MatchesHeaders(std::vector{known}, request));
  EXPECT_FALSE(MatchesHeaders(std::vector{known, other}, request));
}

}  // namespace
}  // namespace outrigger::routing
