#include "routing/path_rewrite.h"

#include <string>
#include <string_view>

#include "base/slab.h"
#include "gtest/gtest.h"
#include "routing/route_table.h"

namespace outrigger::routing {
namespace {

using Kind = PathMatch::Kind;

std::string Rewritten(const PathMatch& match, std::string_view path, std::string_view replacement) {
  SlabPool slabs;
  Arena arena(slabs);
  return std::string(RewritePath(match, path, replacement, arena));
}

TEST(PathRewriteTest, OnlyTheMatchedPrefixIsReplaced) {
  const PathMatch prefix = {.text = "/old"};
  EXPECT_EQ(Rewritten(prefix, "/old/x?q=/old", "/new"), "/new/x?q=/old");
  EXPECT_EQ(Rewritten(prefix, "/older", "/new"), "/newer");
  EXPECT_EQ(Rewritten(prefix, "/old", "/"), "/");
  EXPECT_EQ(Rewritten({.kind = Kind::kSeparatedPrefix, .text = "/old"}, "/old/x?q", "/new"),
            "/new/x?q");
  EXPECT_EQ(Rewritten({.text = "/old", .is_case_sensitive = false}, "/oLD/x", "/new"), "/new/x");
}

TEST(PathRewriteTest, ExactAndRegexMatchesAreReplacedWholeButForTheQuery) {
  EXPECT_EQ(Rewritten({.kind = Kind::kExact, .text = "/old"}, "/old?q=1", "/new"), "/new?q=1");
  EXPECT_EQ(Rewritten({.kind = Kind::kRegex, .text = "/o.*"}, "/old/x?q=1", "/new"), "/new?q=1");
}

TEST(PathRewriteTest, ARequestGetsTheNewPathAndAuthority) {
  SlabPool slabs;
  Arena arena(slabs);
  Route route;
  route.path.text = "/old";
  http::RequestHead request;
  request.path = "/old/x";
  request.authority = "a.com";
  RewriteRequest({}, route, request, arena);
  EXPECT_EQ(request.path, "/old/x");
  EXPECT_EQ(request.authority, "a.com");
  const ForwardAction action = {.prefix_rewrite = "/new", .host_rewrite = "b.com"};
  RewriteRequest(action, route, request, arena);
  EXPECT_EQ(request.path, "/new/x");
  EXPECT_EQ(request.authority, "b.com");
  EXPECT_EQ(request.headers.Get("x-envoy-original-path"), "/old/x");
  EXPECT_EQ(request.headers.Get("x-envoy-original-host"), "a.com");
}

}  // namespace
}  // namespace outrigger::routing
