#include "compiler/route_match_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::route::v3::RouteMatch;
using routing::HeaderMatch;
using routing::PathMatch;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct Matches {
  PathMatch path;
  routing::RouteConditions conditions;
};

Compiled<Matches> Compile(std::string_view fields) {
  const auto proto = FromYaml<RouteMatch>(fmt::format("{{{}}}", fields));
  return CompileLikeReceived<Matches>(proto, [](const RouteMatch& match, ValidationErrors& errors) {
    auto compiled = std::make_shared<Matches>();
    compiled->path = CompilePathMatch(match, errors);
    compiled->conditions = CompileConditions(match, {{"routes.half", 50}}, errors);
    return errors.ok() ? compiled : nullptr;
  });
}

PathMatch GoodPath(std::string_view fields) {
  const auto compiled = Compile(fields);
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  return compiled.value == nullptr ? PathMatch() : compiled.value->path;
}

HeaderMatch GoodHeader(std::string_view fields) {
  const auto compiled = Compile(fmt::format("prefix: /, headers: [{{{}}}]", fields));
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  return compiled.value == nullptr ? HeaderMatch() : compiled.value->conditions.headers[0];
}

Mistakes Wrong(std::string_view fields) { return Compile(fields).mistakes; }
Mistakes WrongHeader(std::string_view fields) {
  return Wrong(fmt::format("prefix: /, headers: [{{{}}}]", fields));
}

TEST(RouteMatchCompilerTest, FourKindsOfPaths) {
  const PathMatch prefix = GoodPath("prefix: /a");
  EXPECT_EQ(prefix.kind, PathMatch::Kind::kPrefix);
  EXPECT_EQ(prefix.text, "/a");
  EXPECT_TRUE(prefix.is_case_sensitive);
  EXPECT_EQ(GoodPath("path: /a").kind, PathMatch::Kind::kExact);
  EXPECT_EQ(GoodPath("path_separated_prefix: /a").kind, PathMatch::Kind::kSeparatedPrefix);
  const PathMatch regex = GoodPath("safe_regex: {regex: '/[0-9]+'}");
  EXPECT_EQ(regex.kind, PathMatch::Kind::kRegex);
  EXPECT_TRUE(re2::RE2::FullMatch("/42", *regex.regex));
}

TEST(RouteMatchCompilerTest, PathsMayIgnoreCase) {
  EXPECT_FALSE(GoodPath("prefix: /a, case_sensitive: false").is_case_sensitive);
  EXPECT_TRUE(GoodPath("prefix: /a, case_sensitive: true").is_case_sensitive);
}

TEST(RouteMatchCompilerTest, APathMustBeGiven) {
  EXPECT_THAT(Wrong(""), ElementsAre(testing::StartsWith(
                             "path_specifier: one of its fields must be set: prefix, path, ")));
}

TEST(RouteMatchCompilerTest, ASeparatedPrefixEndsBeforeTheSeparator) {
  for (const char* prefix : {"/", "/a/", "/a?b", "/a#b"}) {
    EXPECT_THAT(Wrong(fmt::format("path_separated_prefix: '{}'", prefix)),
                ElementsAre(testing::StartsWith("path_separated_prefix: must match ")))
        << prefix;
  }
}

TEST(RouteMatchCompilerTest, ARegexMustCompile) {
  EXPECT_THAT(Wrong("safe_regex: {regex: '('}"),
              ElementsAre("safe_regex: regular expression: missing ): ("));
  EXPECT_THAT(Wrong("safe_regex: {regex: ''}"),
              ElementsAre("safe_regex.regex: must have at least 1 character"));
}

TEST(RouteMatchCompilerTest, R47_ARegexHasALimitedSize) {
  EXPECT_THAT(Wrong("safe_regex: {regex: '((a{100}){100}){100}'}"),
              ElementsAre(testing::StartsWith("safe_regex: regular expression: ")));
}

TEST(RouteMatchCompilerTest, OtherKindsOfMatchesAreRefused) {
  EXPECT_THAT(Wrong("prefix: /, dynamic_metadata: [{filter: a, path: [{key: b}], value: {}}]"),
              testing::Contains("dynamic_metadata: is not supported: routes are chosen before "
                                "filters note anything"));
}

TEST(RouteMatchCompilerTest, NamesOfHeadersAreTakenInLowerCase) {
  const HeaderMatch match = GoodHeader("name: X-User");
  EXPECT_EQ(match.name, "x-user");
  EXPECT_EQ(match.kind, HeaderMatch::Kind::kPresent);
  EXPECT_FALSE(match.is_inverted);
  EXPECT_THAT(WrongHeader("exact_match: a"),
              ElementsAre("headers[0].name: must have at least 1 character"));
}

TEST(RouteMatchCompilerTest, StringsInTheNewNotation) {
  const auto kind = [](std::string_view fields) {
    return GoodHeader(fmt::format("name: a, string_match: {{{}}}", fields)).string.kind;
  };
  EXPECT_EQ(kind("exact: x"), StringMatch::Kind::kExact);
  EXPECT_EQ(kind("prefix: x"), StringMatch::Kind::kPrefix);
  EXPECT_EQ(kind("suffix: x"), StringMatch::Kind::kSuffix);
  EXPECT_EQ(kind("contains: x"), StringMatch::Kind::kContains);
  EXPECT_EQ(kind("safe_regex: {regex: x}"), StringMatch::Kind::kRegex);
}

TEST(RouteMatchCompilerTest, StringsInTheOldNotation) {
  const auto match = [](std::string_view field) {
    const HeaderMatch header = GoodHeader(fmt::format("name: a, {}: x", field));
    EXPECT_EQ(header.kind, HeaderMatch::Kind::kString);
    EXPECT_EQ(header.string.text, "x");
    return header.string.kind;
  };
  EXPECT_EQ(match("exact_match"), StringMatch::Kind::kExact);
  EXPECT_EQ(match("prefix_match"), StringMatch::Kind::kPrefix);
  EXPECT_EQ(match("suffix_match"), StringMatch::Kind::kSuffix);
  EXPECT_EQ(match("contains_match"), StringMatch::Kind::kContains);
  EXPECT_EQ(GoodHeader("name: a, safe_regex_match: {regex: x}").string.kind,
            StringMatch::Kind::kRegex);
}

TEST(RouteMatchCompilerTest, TextThatIgnoresCaseIsKeptInLowerCase) {
  const HeaderMatch match = GoodHeader("name: a, string_match: {exact: ABC, ignore_case: true}");
  EXPECT_TRUE(match.string.ignores_case);
  EXPECT_EQ(match.string.text, "abc");
}

TEST(RouteMatchCompilerTest, ARegexKeepsItsCase) {
  const HeaderMatch match =
      GoodHeader("name: a, string_match: {safe_regex: {regex: '\\D+'}, ignore_case: true}");
  EXPECT_FALSE(match.string.ignores_case);
  EXPECT_TRUE(re2::RE2::FullMatch("abc", *match.string.regex));
}

TEST(RouteMatchCompilerTest, AStringMatchNeedsAPattern) {
  EXPECT_THAT(WrongHeader("name: a, string_match: {ignore_case: true}"),
              testing::Contains(testing::StartsWith(
                  "headers[0].string_match.match_pattern: one of its fields must be set")));
}

TEST(RouteMatchCompilerTest, AStringMatchOfAnotherKindIsRefused) {
  EXPECT_THAT(WrongHeader("name: a, string_match: {custom: {name: x, typed_config: {'@type': "
                          "type.googleapis.com/envoy.config.core.v3.Node}}}"),
              testing::Contains("headers[0].string_match.custom: is not supported: not supported "
                                "yet"));
}

TEST(RouteMatchCompilerTest, RegexesOfHeadersHaveTheirPath) {
  EXPECT_THAT(
      WrongHeader("name: a, string_match: {safe_regex: {regex: '['}}"),
      ElementsAre(testing::StartsWith("headers[0].string_match.safe_regex: regular expression: ")));
  EXPECT_THAT(
      WrongHeader("name: a, safe_regex_match: {regex: '['}"),
      ElementsAre(testing::StartsWith("headers[0].safe_regex_match: regular expression: ")));
}

TEST(RouteMatchCompilerTest, RangesAreTaken) {
  const HeaderMatch match = GoodHeader("name: a, range_match: {start: -5, end: 10}");
  EXPECT_EQ(match.kind, HeaderMatch::Kind::kRange);
  EXPECT_EQ(match.range_begin, -5);
  EXPECT_EQ(match.range_end, 10);
}

TEST(RouteMatchCompilerTest, PresenceMayBeAskedForOrForbidden) {
  EXPECT_EQ(GoodHeader("name: a, present_match: true").kind, HeaderMatch::Kind::kPresent);
  EXPECT_EQ(GoodHeader("name: a, present_match: false").kind, HeaderMatch::Kind::kAbsent);
}

TEST(RouteMatchCompilerTest, MatchesMayBeInvertedAndTakeMissingAsEmpty) {
  const HeaderMatch match = GoodHeader(
      "name: a, exact_match: x, invert_match: true, treat_missing_header_as_empty: true");
  EXPECT_TRUE(match.is_inverted);
  EXPECT_TRUE(match.treats_missing_as_empty);
}

TEST(RouteMatchCompilerTest, HeadersStayInOrder) {
  const auto compiled = Compile("prefix: /, headers: [{name: b}, {name: a}]");
  ASSERT_THAT(compiled.value->conditions.headers, SizeIs(2));
  EXPECT_EQ(compiled.value->conditions.headers[0].name, "b");
}

TEST(RouteMatchCompilerTest, QueryParametersAreThereOrNotOrHaveAValue) {
  using Kind = routing::QueryMatch::Kind;
  const auto query = [](std::string_view fields) {
    const auto compiled = Compile(fmt::format("prefix: /, query_parameters: [{{{}}}]", fields));
    EXPECT_THAT(compiled.mistakes, IsEmpty());
    return compiled.value == nullptr ? routing::QueryMatch()
                                     : compiled.value->conditions.query.at(0);
  };
  EXPECT_EQ(query("name: Ab").name, "Ab");
  EXPECT_EQ(query("name: a").kind, Kind::kPresent);
  EXPECT_EQ(query("name: a, present_match: true").kind, Kind::kPresent);
  EXPECT_EQ(query("name: a, present_match: false").kind, Kind::kAbsent);
  const routing::QueryMatch text = query("name: a, string_match: {prefix: x}");
  EXPECT_EQ(text.kind, Kind::kString);
  EXPECT_EQ(text.string.kind, StringMatch::Kind::kPrefix);
  EXPECT_EQ(text.string.text, "x");
}

TEST(RouteMatchCompilerTest, AQueryParameterHasANameAndAPossibleValue) {
  EXPECT_THAT(Wrong("prefix: /, query_parameters: [{}]"),
              ElementsAre("query_parameters[0].name: must have at least 1 character"));
  EXPECT_THAT(Wrong("prefix: /, query_parameters: [{name: a, string_match: {safe_regex: {regex: "
                    "'('}}}]"),
              ElementsAre(testing::StartsWith(
                  "query_parameters[0].string_match.safe_regex: regular expression: ")));
}

TEST(RouteMatchCompilerTest, ARouteMayBeForGrpcOnly) {
  EXPECT_TRUE(Compile("prefix: /, grpc: {}").value->conditions.is_grpc_only);
  EXPECT_TRUE(Compile("prefix: /").value->conditions.empty());
}

TEST(RouteMatchCompilerTest, AShareIsTheDefaultUnlessTheRuntimeHasANumber) {
  const auto share = [](std::string_view fields) {
    const auto compiled = Compile(fmt::format("prefix: /, runtime_fraction: {{{}}}", fields));
    EXPECT_THAT(compiled.mistakes, IsEmpty());
    return *compiled.value->conditions.share;
  };
  EXPECT_EQ(share("default_value: {numerator: 5, denominator: MILLION}"), (Fraction{5, 1000000}));
  EXPECT_EQ(share("default_value: {numerator: 5}, runtime_key: other"), (Fraction{5, 100}));
  EXPECT_EQ(share("default_value: {numerator: 5}, runtime_key: routes.half"), (Fraction{50, 100}));
}

}  // namespace
}  // namespace outrigger::compiler
