#include "routing/path_rewrite.h"

#include <memory>
#include <string>
#include <string_view>

#include "base/slab.h"
#include "gtest/gtest.h"
#include "re2/re2.h"
#include "routing/route_table.h"

namespace outrigger::routing {
namespace {

using Kind = PathMatch::Kind;

PathRewrite Regex(const std::string& pattern, std::string substitution) {
  return RegexRewrite{std::make_shared<re2::RE2>(pattern), pattern, std::move(substitution)};
}

std::string Rewritten(const PathMatch& match, std::string_view path, const PathRewrite& rewrite) {
  SlabPool slabs;
  Arena arena(slabs);
  return std::string(RewrittenPath(rewrite, match, path, arena));
}

TEST(PathRewriteTest, OnlyTheMatchedPrefixIsReplaced) {
  const PathMatch prefix = {.text = "/old"};
  EXPECT_EQ(Rewritten(prefix, "/old/x?q=/old", PrefixRewrite{"/new"}), "/new/x?q=/old");
  EXPECT_EQ(Rewritten(prefix, "/older", PrefixRewrite{"/new"}), "/newer");
  EXPECT_EQ(Rewritten(prefix, "/old", PrefixRewrite{"/"}), "/");
  EXPECT_EQ(Rewritten({.kind = Kind::kSeparatedPrefix, .text = "/old"}, "/old/x?q",
                      PrefixRewrite{"/new"}),
            "/new/x?q");
  EXPECT_EQ(
      Rewritten({.text = "/old", .is_case_sensitive = false}, "/oLD/x", PrefixRewrite{"/new"}),
      "/new/x");
}

TEST(PathRewriteTest, ExactAndRegexMatchesAreReplacedWholeButForTheQuery) {
  EXPECT_EQ(Rewritten({.kind = Kind::kExact, .text = "/old"}, "/old?q=1", PrefixRewrite{"/new"}),
            "/new?q=1");
  EXPECT_EQ(Rewritten({.kind = Kind::kRegex, .text = "/o.*"}, "/old/x?q=1", PrefixRewrite{"/new"}),
            "/new?q=1");
}

// What a real Envoy 1.40 sends for the same paths.
TEST(PathRewriteTest, EverythingThatAnExpressionFindsIsReplacedButInTheQuery) {
  const PathRewrite groups = Regex("/rx/([a-z]+)/", R"(/n/\1-\0/)");
  EXPECT_EQ(Rewritten({}, "/rx/abc/d/rx/q/?z=/rx/y/", groups),
            "/n/abc-/rx/abc//d/n/q-/rx/q//?z=/rx/y/");
  EXPECT_EQ(Rewritten({}, "/rx/9", groups), "/rx/9");
  EXPECT_EQ(Rewritten({}, "/r7/xx/z", Regex("x*", "-")), "-/-r-7-/-/-z-");
}

TEST(PathRewriteTest, APathOfWhichNothingWouldBeLeftStays) {
  EXPECT_EQ(Rewritten({}, "/ry/x?q=1", Regex(".*", "")), "/ry/x?q=1");
  EXPECT_EQ(Rewritten({}, "/r3?q", Regex("^/r3", "")), "/r3?q");
  EXPECT_EQ(Rewritten({}, "/r3/x", Regex("^/r3", "")), "/x");
}

TEST(PathRewriteTest, ARequestGetsTheNewPathAndTellsTheOldOne) {
  SlabPool slabs;
  Arena arena(slabs);
  Route route;
  route.path.text = "/old";
  http::RequestHead request;
  request.method = "GET";
  request.path = "/old/x";
  RewritePath({}, route, request, arena);
  EXPECT_EQ(request.path, "/old/x");
  EXPECT_EQ(request.headers.Get("x-envoy-original-path"), std::nullopt);
  RewritePath(PrefixRewrite{"/new"}, route, request, arena);
  EXPECT_EQ(request.path, "/new/x");
  EXPECT_EQ(request.headers.Get("x-envoy-original-path"), "/old/x");
}

}  // namespace
}  // namespace outrigger::routing
