#include "routing/redirect.h"

#include <memory>
#include <string>
#include <string_view>

#include "base/slab.h"
#include "gtest/gtest.h"
#include "re2/re2.h"
#include "routing/route_table.h"

namespace outrigger::routing {
namespace {

struct Asked {
  std::string_view authority = "a.com";
  std::string_view path = "/old/x?q=1";
  std::string_view forwarded_proto;
};

std::string Location(const Redirect& redirect, const Asked& asked = {},
                     const PathMatch& match = {.text = "/old"}) {
  SlabPool slabs;
  Arena arena(slabs);
  http::RequestHead request;
  request.scheme = "http";
  request.authority = asked.authority;
  request.path = asked.path;
  if (!asked.forwarded_proto.empty()) {
    request.headers.Add(http::HeaderId::kXForwardedProto, asked.forwarded_proto);
  }
  Route route;
  route.path = match;
  return std::string(RedirectLocation(redirect, route, request, arena));
}

TEST(RedirectTest, PartsNotNamedComeFromTheRequest) {
  EXPECT_EQ(Location({}), "http://a.com/old/x?q=1");
  EXPECT_EQ(Location({.scheme = "https"}), "https://a.com/old/x?q=1");
  EXPECT_EQ(Location({.host = "new.com"}), "http://new.com/old/x?q=1");
  EXPECT_EQ(Location({.port = 81}), "http://a.com:81/old/x?q=1");
  EXPECT_EQ(Location({.path = "/n"}), "http://a.com/n?q=1");
}

TEST(RedirectTest, TheDefaultPortGoesWhenTheSchemeChanges) {
  const Redirect redirect = {.scheme = "https"};
  EXPECT_EQ(Location(redirect, {.authority = "a.com:80"}), "https://a.com/old/x?q=1");
  EXPECT_EQ(Location(redirect, {.authority = "a.com:443"}), "https://a.com:443/old/x?q=1");
  EXPECT_EQ(Location(redirect, {.authority = "a.com:8080"}), "https://a.com:8080/old/x?q=1");
  EXPECT_EQ(Location({.scheme = "http"}, {.authority = "a.com:80"}), "http://a.com:80/old/x?q=1");
}

TEST(RedirectTest, TheSchemeOfTheRequestIsTheForwardedOne) {
  const Asked asked = {.authority = "a.com:443", .path = "/", .forwarded_proto = "https"};
  EXPECT_EQ(Location({}, asked), "https://a.com:443/");
  EXPECT_EQ(Location({.scheme = "https"}, asked), "https://a.com:443/");
  EXPECT_EQ(Location({.scheme = "http"}, asked), "http://a.com/");
  EXPECT_EQ(Location({.host = "b.com"}, {.path = "/", .forwarded_proto = "gopher"}),
            "http://b.com/");
}

TEST(RedirectTest, ANewPortReplacesTheOldOneAndIsAlwaysWritten) {
  EXPECT_EQ(Location({.port = 8443}, {.authority = "a.com:8080", .path = "/"}),
            "http://a.com:8443/");
  EXPECT_EQ(Location({.scheme = "https", .port = 443}, {.path = "/"}), "https://a.com:443/");
  EXPECT_EQ(Location({.port = 65535}, {.path = "/"}), "http://a.com:65535/");
}

TEST(RedirectTest, ColonsOfAnIpv6LiteralAreNoPort) {
  EXPECT_EQ(Location({.scheme = "https"}, {.authority = "[::1]", .path = "/"}), "https://[::1]/");
  EXPECT_EQ(Location({.scheme = "https"}, {.authority = "[::1]:80", .path = "/"}),
            "https://[::1]/");
  EXPECT_EQ(Location({.port = 5}, {.authority = "[::1]", .path = "/"}), "http://[::1]:5/");
  EXPECT_EQ(Location({.port = 5}, {.authority = "[::1]:80", .path = "/"}), "http://[::1]:5/");
}

TEST(RedirectTest, APathWithAQueryOfItsOwnKeepsExactlyThat) {
  EXPECT_EQ(Location({.path = "/n?z=1"}), "http://a.com/n?z=1");
  EXPECT_EQ(Location({.path = "/n?z=1", .strips_query = true}), "http://a.com/n?z=1");
  EXPECT_EQ(Location({.path = "/n", .strips_query = true}), "http://a.com/n");
}

TEST(RedirectTest, APrefixRewriteKeepsTheRestOfThePath) {
  EXPECT_EQ(Location({.path_rewrite = PrefixRewrite{"/n"}}), "http://a.com/n/x?q=1");
  EXPECT_EQ(Location({.path_rewrite = PrefixRewrite{"/n"}, .strips_query = true}),
            "http://a.com/n/x");
  EXPECT_EQ(Location({.path_rewrite = PrefixRewrite{"/n?z"}, .strips_query = true}),
            "http://a.com/n");
}

TEST(RedirectTest, TheQueryCanBeStrippedAlone) {
  EXPECT_EQ(Location({.strips_query = true}), "http://a.com/old/x");
  EXPECT_EQ(Location({.strips_query = true}, {.path = "/old"}), "http://a.com/old");
}

TEST(RedirectTest, AnEmptyAuthorityStaysEmpty) {
  EXPECT_EQ(Location({.scheme = "https"}, {.authority = "", .path = "/"}), "https:///");
  EXPECT_EQ(Location({.port = 5}, {.authority = "[", .path = "/"}), "http://[:5/");
  EXPECT_EQ(Location({.port = 5}, {.authority = ":", .path = "/"}), "http://:5/");
}

TEST(RedirectTest, AnExpressionRewritesThePath) {
  const RegexRewrite regex = {std::make_shared<re2::RE2>("/old/([a-z]+)"), "", R"(/t?x=\1)"};
  EXPECT_EQ(Location({.path_rewrite = regex}), "http://a.com/t?x=x?q=1");
  EXPECT_EQ(Location({.path_rewrite = regex, .strips_query = true}), "http://a.com/t");
}

class TlsDemandTest : public testing::Test {
 protected:
  bool Demands(TlsDemand demand) {
    VirtualHost host;
    host.tls_demand = demand;
    return DemandsTls(host, request_);
  }
  http::RequestHead request_;
};

TEST_F(TlsDemandTest, OnlyWhatCameByHttpIsSentElsewhere) {
  request_.scheme = "http";
  EXPECT_FALSE(Demands(TlsDemand::kNone));
  EXPECT_TRUE(Demands(TlsDemand::kExternalOnly));
  EXPECT_TRUE(Demands(TlsDemand::kAll));
  request_.headers.Add(http::HeaderId::kXForwardedProto, "HTTPS");
  EXPECT_FALSE(Demands(TlsDemand::kExternalOnly));
  EXPECT_FALSE(Demands(TlsDemand::kAll));
}

TEST_F(TlsDemandTest, OurOwnSideMayGoWithout) {
  request_.scheme = "http";
  request_.headers.Add("x-envoy-internal", "true");
  EXPECT_FALSE(Demands(TlsDemand::kExternalOnly));
  EXPECT_TRUE(Demands(TlsDemand::kAll));
}

TEST_F(TlsDemandTest, TheSamePlaceIsMeantPortIncluded) {
  SlabPool slabs;
  Arena arena(slabs);
  request_.authority = "a.com:8080";
  request_.path = "/x?y";
  EXPECT_EQ(TlsLocation(request_, arena), "https://a.com:8080/x?y");
}

}  // namespace
}  // namespace outrigger::routing
