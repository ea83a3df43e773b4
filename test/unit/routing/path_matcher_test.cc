#include "routing/path_matcher.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "re2/re2.h"
#include "routing/route_table.h"

namespace outrigger::routing {
namespace {

using Kind = PathMatch::Kind;

Route On(Kind kind, std::string text) {
  Route route;
  route.path.kind = kind;
  if (kind == Kind::kRegex) route.path.regex = std::make_shared<re2::RE2>(text);
  route.path.text = std::move(text);
  return route;
}

Route IgnoringCase(Route route) {
  route.path.is_case_sensitive = false;
  return route;
}

// Only with the header x.
Route WithX(Route route) {
  RouteConditions conditions;
  conditions.headers.push_back({.name = "x", .kind = HeaderMatch::Kind::kPresent});
  route.conditions = std::move(conditions);
  return route;
}

// The position of the route taken, or -1.
int Take(const std::vector<Shared<Route>>& routes, std::string_view path, bool has_x = false) {
  const PathMatcher matcher(routes);
  http::RequestHead request;
  request.path = path;
  if (has_x) request.headers.Add("x", "1");
  const Route* route = matcher.Match(request);
  for (size_t i = 0; i < routes.size(); ++i) {
    if (routes[i].get() == route) return static_cast<int>(i);
  }
  return -1;
}

TEST(PathMatcherTest, APrefixMatchesWhateverFollows) {
  const std::vector<Shared<Route>> routes = {On(Kind::kPrefix, "/foo")};
  EXPECT_EQ(Take(routes, "/foo"), 0);
  EXPECT_EQ(Take(routes, "/foobar"), 0);
  EXPECT_EQ(Take(routes, "/foo/bar"), 0);
  EXPECT_EQ(Take(routes, "/fo"), -1);
  EXPECT_EQ(Take(routes, "/FOO"), -1);
}

TEST(PathMatcherTest, AnExactPathIsTheWholePath) {
  const std::vector<Shared<Route>> routes = {On(Kind::kExact, "/foo")};
  EXPECT_EQ(Take(routes, "/foo"), 0);
  EXPECT_EQ(Take(routes, "/foo/"), -1);
  EXPECT_EQ(Take(routes, "/FOO"), -1);
}

TEST(PathMatcherTest, ASeparatedPrefixEndsAtASlash) {
  for (const bool ignores_case : {false, true}) {
    Route route = On(Kind::kSeparatedPrefix, "/foo");
    const std::vector<Shared<Route>> routes = {ignores_case ? IgnoringCase(route) : route};
    EXPECT_EQ(Take(routes, "/foo"), 0);
    EXPECT_EQ(Take(routes, "/foo/"), 0);
    EXPECT_EQ(Take(routes, "/foo/bar"), 0);
    EXPECT_EQ(Take(routes, "/foobar"), -1);
    EXPECT_EQ(Take(routes, "/FOO/bar"), ignores_case ? 0 : -1);
  }
}

TEST(PathMatcherTest, ARegexMatchesTheWholePath) {
  const std::vector<Shared<Route>> routes = {On(Kind::kRegex, "/f.o")};
  EXPECT_EQ(Take(routes, "/foo"), 0);
  EXPECT_EQ(Take(routes, "/fooo"), -1);
  EXPECT_EQ(Take({IgnoringCase(On(Kind::kRegex, "/f.o"))}, "/FOO"), -1);
}

TEST(PathMatcherTest, CaseIsIgnoredWhereAsked) {
  EXPECT_EQ(Take({IgnoringCase(On(Kind::kExact, "/Foo"))}, "/fOO"), 0);
  EXPECT_EQ(Take({IgnoringCase(On(Kind::kExact, "/Foo"))}, "/fOOx"), -1);
  EXPECT_EQ(Take({IgnoringCase(On(Kind::kPrefix, "/Foo"))}, "/fOObar"), 0);
}

TEST(PathMatcherTest, TheQueryIsNotPartOfThePath) {
  EXPECT_EQ(Take({On(Kind::kExact, "/foo")}, "/foo?a=/b"), 0);
  EXPECT_EQ(Take({On(Kind::kSeparatedPrefix, "/foo")}, "/foo?x"), 0);
  EXPECT_EQ(Take({On(Kind::kRegex, "/foo")}, "/foo?x"), 0);
  EXPECT_EQ(Take({On(Kind::kPrefix, "/foo?")}, "/foo?x"), -1);
  EXPECT_EQ(Take({On(Kind::kPrefix, "/foo")}, "/fo?o"), -1);
}

TEST(PathMatcherTest, TheFirstMatchingRouteWinsWhateverItsKind) {
  const std::vector<Kind> kinds = {Kind::kPrefix, Kind::kExact, Kind::kSeparatedPrefix,
                                   Kind::kRegex};
  for (const Kind first : kinds) {
    for (const Kind second : kinds) {
      EXPECT_EQ(Take({On(Kind::kExact, "/other"), On(first, "/a"), On(second, "/a")}, "/a"), 1);
    }
  }
}

TEST(PathMatcherTest, AShorterPrefixBeforeALongerOneHidesIt) {
  EXPECT_EQ(Take({On(Kind::kPrefix, "/a"), On(Kind::kPrefix, "/a/b")}, "/a/b"), 0);
  EXPECT_EQ(Take({On(Kind::kPrefix, "/a/b"), On(Kind::kPrefix, "/a")}, "/a/b"), 0);
  EXPECT_EQ(Take({On(Kind::kPrefix, "/a/b"), On(Kind::kPrefix, "/a")}, "/a/c"), 1);
  EXPECT_EQ(Take({On(Kind::kPrefix, ""), On(Kind::kExact, "/a")}, "/a"), 0);
}

TEST(PathMatcherTest, RoutesWhoseHeadersFailArePassedOver) {
  const std::vector<Shared<Route>> routes = {
      WithX(On(Kind::kPrefix, "/")), WithX(On(Kind::kExact, "/a/b")),
      WithX(On(Kind::kRegex, ".*")), WithX(On(Kind::kPrefix, "/a")),
      On(Kind::kPrefix, "/a/b"),     On(Kind::kPrefix, "/")};
  EXPECT_EQ(Take(routes, "/a/b"), 4);
  EXPECT_EQ(Take(routes, "/a"), 5);
  EXPECT_EQ(Take(routes, "/a/b", true), 0);
}

TEST(PathMatcherTest, ConditionalRoutesOfEveryShorterPrefixAreTried) {
  const std::vector<Shared<Route>> routes = {
      On(Kind::kExact, "/none"),     WithX(On(Kind::kPrefix, "/a")),
      On(Kind::kPrefix, "/a/b"),     WithX(On(Kind::kPrefix, "/a/b/c")),
      WithX(On(Kind::kPrefix, "/")), On(Kind::kPrefix, "/a/b/c/d")};
  EXPECT_EQ(Take(routes, "/a/b/c/d/e", true), 1);
  EXPECT_EQ(Take(routes, "/a/b/c/d/e"), 2);
  EXPECT_EQ(Take(routes, "/z", true), 4);
  EXPECT_EQ(Take(routes, "/z"), -1);
}

TEST(PathMatcherTest, ARequestWithoutAPathTakesNoRoute) {
  EXPECT_EQ(Take({On(Kind::kPrefix, "")}, ""), -1);
  EXPECT_EQ(Take({}, "/"), -1);
}

TEST(PathMatcherTest, ConnectTakesTheFirstRouteOfItsKindAndNobodyElseDoes) {
  const std::vector<Shared<Route>> routes = {On(Kind::kPrefix, ""), On(Kind::kExact, ""),
                                             WithX(On(Kind::kConnect, "")), On(Kind::kConnect, ""),
                                             On(Kind::kPrefix, "/")};
  const PathMatcher matcher(routes);
  http::RequestHead request;
  request.method = "CONNECT";
  EXPECT_EQ(matcher.Match(request), routes[3].get());
  request.headers.Add("x", "1");
  EXPECT_EQ(matcher.Match(request), routes[2].get());
  EXPECT_EQ(Take({On(Kind::kConnect, ""), On(Kind::kPrefix, "/")}, "/"), 1);
}

}  // namespace
}  // namespace outrigger::routing
