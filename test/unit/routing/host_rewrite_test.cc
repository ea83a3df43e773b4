#include "routing/host_rewrite.h"

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/slab.h"
#include "gtest/gtest.h"
#include "re2/re2.h"

namespace outrigger::routing {
namespace {

using Kind = HostRewrite::Kind;

class HostRewriteTest : public testing::Test {
 protected:
  HostRewriteTest() : arena_(slabs_) {
    request_.path = "/hp/some.host/x?y";
    request_.authority = "a.com";
  }

  std::string_view Rewrite(HostRewrite rewrite, WeightedCluster chosen = {}) {
    // The request refers to them, as to a route table.
    rules_.emplace_back(std::move(rewrite), std::move(chosen));
    RewriteHost(rules_.back().first, rules_.back().second, request_, arena_);
    return request_.authority;
  }
  std::optional<std::string_view> Get(std::string_view name) { return request_.headers.Get(name); }

  SlabPool slabs_;
  Arena arena_;
  http::RequestHead request_;

 private:
  std::list<std::pair<HostRewrite, WeightedCluster>> rules_;
};

TEST_F(HostRewriteTest, WithoutARuleNothingChanges) {
  EXPECT_EQ(Rewrite({}), "a.com");
  EXPECT_EQ(Rewrite({.appends_forwarded_host = true}), "a.com");
  EXPECT_EQ(request_.headers.size(), 0u);
}

TEST_F(HostRewriteTest, ALiteralReplacesAndTheOldOneIsTold) {
  EXPECT_EQ(Rewrite({.kind = Kind::kLiteral, .text = "b.com"}), "b.com");
  EXPECT_EQ(Get("x-envoy-original-host"), "a.com");
  EXPECT_EQ(Get("x-forwarded-host"), std::nullopt);
}

TEST_F(HostRewriteTest, TheOldOneJoinsThoseBeforeIt) {
  request_.headers.Add("x-forwarded-host", "prev");
  Rewrite({.kind = Kind::kLiteral, .text = "b.com", .appends_forwarded_host = true});
  EXPECT_EQ(Get("x-forwarded-host"), "prev,a.com");
}

TEST_F(HostRewriteTest, AHeaderDecidesUnlessItIsNoHost) {
  const HostRewrite rewrite = {.kind = Kind::kHeader, .text = "x-host"};
  EXPECT_EQ(Rewrite(rewrite), "a.com");
  request_.headers.Set("x-host", "");
  EXPECT_EQ(Rewrite(rewrite), "a.com");
  request_.headers.Set("x-host", "a b");
  EXPECT_EQ(Rewrite(rewrite), "a.com");
  EXPECT_EQ(Get("x-envoy-original-host"), std::nullopt);
  request_.headers.Set("x-host", "b.com:80");
  EXPECT_EQ(Rewrite(rewrite), "b.com:80");
}

TEST_F(HostRewriteTest, ThePathDecidesUnlessItHasNoHost) {
  HostRewrite rewrite = {.kind = Kind::kPathRegex};
  rewrite.regex = {std::make_shared<re2::RE2>("^/hp/([^/]+)/.*$"), "", R"(\1)"};
  EXPECT_EQ(Rewrite(rewrite), "some.host");
  request_.path = "/hp/nope";
  EXPECT_EQ(Rewrite(rewrite), "some.host");
}

TEST_F(HostRewriteTest, TheRoutesRuleReplacesThatOfTheChosenCluster) {
  EXPECT_EQ(Rewrite({}, {.host_rewrite = "w.com"}), "w.com");
  EXPECT_EQ(Get("x-envoy-original-host"), std::nullopt);
  EXPECT_EQ(Rewrite({.kind = Kind::kLiteral, .text = "b.com"}, {.host_rewrite = "v.com"}), "b.com");
  EXPECT_EQ(Get("x-envoy-original-host"), "v.com");
}

TEST_F(HostRewriteTest, TheEndpointsNameIsTakenOnceAndChangesWithTheAttempt) {
  const HostRewrite rewrite = {.kind = Kind::kEndpoint, .appends_forwarded_host = true};
  EXPECT_EQ(Rewrite(rewrite), "a.com");
  RewriteHostByEndpoint(rewrite, "", true, request_, arena_);
  EXPECT_EQ(request_.authority, "a.com");
  RewriteHostByEndpoint({}, "one.com", true, request_, arena_);
  EXPECT_EQ(request_.authority, "a.com");
  RewriteHostByEndpoint(rewrite, "one.com", true, request_, arena_);
  EXPECT_EQ(request_.authority, "one.com");
  RewriteHostByEndpoint(rewrite, "two.com", false, request_, arena_);
  EXPECT_EQ(request_.authority, "two.com");
  EXPECT_EQ(Get("x-forwarded-host"), "a.com");
  EXPECT_EQ(Get("x-envoy-original-host"), "a.com");
}

}  // namespace
}  // namespace outrigger::routing
