// request_mirror_policies through the whole proxy: copies of requests to another cluster, which
// nobody waits for. Compared with a real Envoy 1.40.
#include "test/integration/filters_fixture.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class MirrorTest : public FiltersTest {
 protected:
  void StartWithMirror(const std::string& routes, const std::string& host_fields = "",
                       const std::string& table_fields = "") {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].routes = routes;
    bootstrap.listeners[0].host_fields = host_fields;
    bootstrap.listeners[0].table_fields = table_fields;
    bootstrap.more_clusters["mirror"] = mirror_.port();
    bootstrap.more_clusters["other"] = other_.port();
    bootstrap.more_clusters["nobody"] = 1;
    StartProxy(bootstrap);
  }
  static std::string RouteTo(std::string_view mirror, std::string_view more = "") {
    return fmt::format(
        "[{{match: {{prefix: /}}, route: {{cluster: service, request_mirror_policies: "
        "[{{cluster: {}}}]{}}}}}]",
        mirror, more);
  }
  // What the mirror is sent first.
  std::string Mirrored(std::string_view end = "\r\n\r\n") {
    if (!copy_.is_connected()) copy_ = mirror_.Accept();
    return copy_.ReadUntil(end);
  }

  RawListener mirror_;
  RawListener other_;
  RawPeer copy_;
};

TEST_F(MirrorTest, ACopyGoesWhereThePolicySaysWithWhatTheRouteHasChanged) {
  StartWithMirror(
      "[{match: {prefix: /}, route: {cluster: service, prefix_rewrite: /new, host_rewrite_literal: "
      "'other:80', request_mirror_policies: [{cluster: mirror}, {cluster: other, "
      "disable_shadow_host_suffix_append: true}]}, request_headers_to_add: [{header: {key: x-add, "
      "value: '%REQ(:PATH)%'}}]}]");
  const std::string request = Pass("GET /").request;
  EXPECT_THAT(request, AllOf(StartsWith("GET /new HTTP/1.1\r\n"), HasSubstr("\r\nx-add: /\r\n"),
                             HasSubstr("host: other:80\r\n")));
  EXPECT_THAT(Mirrored(), AllOf(StartsWith("GET /new HTTP/1.1\r\n"), HasSubstr("\r\nx-add: /\r\n"),
                                HasSubstr("host: other-shadow:80\r\n")));
  EXPECT_THAT(other_.Accept().ReadUntil("\r\n\r\n"), HasSubstr("host: other:80\r\n"));
}

TEST_F(MirrorTest, TheHostOfACopyMayBeNamed) {
  StartWithMirror(
      "[{match: {prefix: /}, route: {cluster: service, request_mirror_policies: "
      "[{cluster: mirror, host_rewrite_literal: elsewhere}]}}]");
  Pass("GET /");
  EXPECT_THAT(Mirrored(), HasSubstr("host: elsewhere\r\n"));
}

TEST_F(MirrorTest, TheAnswerToACopyIsCountedAndThrownAway) {
  StartWithMirror(RouteTo("mirror"));
  EXPECT_THAT(Pass("GET /1").answer, AllOf(StartsWith("HTTP/1.1 200 "), EndsWith("ok")));
  EXPECT_THAT(Mirrored(), StartsWith("GET /1 "));
  ASSERT_TRUE(copy_.Send("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone"));
  EXPECT_TRUE(proxy_->WaitForStat("cluster.mirror.upstream_rq_4xx", 1));
  EXPECT_EQ(proxy_->Stat("cluster.mirror.upstream_rq_completed"), 1);
  // Its connection is used again, if the same worker has the next one.
  EXPECT_TRUE(proxy_->WaitForStatBelow("cluster.mirror.upstream_rq_active", 1));
}

TEST_F(MirrorTest, BodiesAreCopiedAsTheyCome) {
  StartWithMirror(RouteTo("mirror"));
  RawPeer client = Client();
  Forwarded(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nxyz", "xyz");
  EXPECT_THAT(Mirrored("xyz"),
              AllOf(StartsWith("POST / HTTP/1.1\r\n"), HasSubstr("host: a-shadow\r\n"),
                    HasSubstr("content-length: 6\r\n")));
  ASSERT_TRUE(client.Send("uvw"));
  EXPECT_EQ(service_.ReadUntil("uvw"), "uvw");
  EXPECT_EQ(copy_.ReadUntil("uvw"), "uvw");
}

TEST_F(MirrorTest, ChunkedBodiesAndTheirTrailersAreCopied) {
  StartWithMirror(RouteTo("mirror"));
  RawPeer client = Client();
  Forwarded(client, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            "abc\r\n");
  Mirrored("abc\r\n");
  ASSERT_TRUE(client.Send("0\r\nx-end: 1\r\n\r\n"));
  EXPECT_EQ(copy_.ReadUntil("\r\n\r\n"), "0\r\nx-end: 1\r\n\r\n");
}

TEST_F(MirrorTest, ThePoliciesOfTheMostSpecificLevelCount) {
  const std::string to_mirror = "request_mirror_policies: [{cluster: mirror}]";
  const std::string to_other = "request_mirror_policies: [{cluster: other}]";
  StartWithMirror("[{match: {path: /own}, route: {cluster: service, " + to_mirror +
                      "}}, {match: {prefix: /}, route: {cluster: service}}]",
                  to_other, to_mirror);
  Pass("GET /own");
  EXPECT_THAT(Mirrored(), StartsWith("GET /own "));
  Pass("GET /host");
  EXPECT_THAT(other_.Accept().ReadUntil("\r\n\r\n"), StartsWith("GET /host "));
  EXPECT_EQ(proxy_->Stat("cluster.mirror.upstream_rq_total"), 1);
}

TEST_F(MirrorTest, OnlyAShareOfRequestsIsCopied) {
  StartWithMirror(
      "[{match: {path: /none}, route: {cluster: service, request_mirror_policies: [{cluster: "
      "mirror, runtime_fraction: {default_value: {numerator: 0}}}]}}, {match: {path: /all}, route: "
      "{cluster: service, request_mirror_policies: [{cluster: mirror, runtime_fraction: "
      "{default_value: {numerator: 100}}}]}}]");
  Pass("GET /none");
  Pass("GET /all");
  EXPECT_THAT(Mirrored(), StartsWith("GET /all "));
}

TEST_F(MirrorTest, AMirrorThatCannotBeReachedCostsNothingButItsCopies) {
  StartWithMirror(RouteTo("nobody"));
  EXPECT_THAT(Pass("GET /").answer, EndsWith("ok"));
  EXPECT_TRUE(proxy_->WaitForStat("cluster.nobody.upstream_rq_5xx", 1));
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_rq_2xx"), 1);
}

// It never reads: beyond its limit the copy is given up, and the request goes on.
TEST_F(MirrorTest, ASlowMirrorCostsItsCopyNeverTheRequest) {
  StartWithMirror(RouteTo("mirror"));
  RawPeer client = Client();
  constexpr size_t kPieces = 64;
  const std::string piece(256 * 1024, 'x');
  ASSERT_TRUE(client.Send(fmt::format("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n",
                                      kPieces * piece.size())));
  service_ = upstream_.Accept();
  service_.ReadUntil("\r\n\r\n");
  copy_ = mirror_.Accept();
  for (size_t i = 0; i < kPieces; ++i) {
    ASSERT_TRUE(client.Send(piece));
    ASSERT_EQ(service_.ReadBytes(piece.size()).size(), piece.size());
  }
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), EndsWith("ok"));
  EXPECT_TRUE(proxy_->WaitForStat("cluster.mirror.upstream_rq_tx_reset", 1));
}

TEST_F(MirrorTest, AClientThatGoesTakesAnUnfinishedCopyWithIt) {
  StartWithMirror(RouteTo("mirror"));
  RawPeer client = Client();
  Forwarded(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nxyz", "xyz");
  Mirrored("xyz");
  client.Reset();
  EXPECT_TRUE(copy_.HasEnded());
}

// The end of the test finds it under way: the worker gives it up.
TEST_F(MirrorTest, AWholeCopyGoesOnWithoutItsExchange) {
  StartWithMirror(RouteTo("mirror"));
  Pass("GET /");
  EXPECT_THAT(Mirrored(), StartsWith("GET / "));
  EXPECT_EQ(proxy_->Stat("cluster.mirror.upstream_rq_active"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.mirror.upstream_rq_completed"), 0);
}

TEST_F(MirrorTest, ACopyIsGivenUpWhenItsAnswerIsLate) {
  StartWithMirror(RouteTo("mirror", ", timeout: 0.05s"));
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 504 "));
  EXPECT_TRUE(proxy_->WaitForStat("cluster.mirror.upstream_rq_timeout", 1));
  Mirrored();
  EXPECT_TRUE(copy_.HasEnded());
}

TEST_F(MirrorTest, WhatIsAnsweredHereIsNotCopied) {
  StartWithMirror(
      "[{match: {path: /direct}, direct_response: {status: 204}}, {match: {prefix: /}, route: "
      "{cluster: service}}]",
      "request_mirror_policies: [{cluster: mirror}]");
  Ask("GET /direct");
  Pass("GET /passed");
  EXPECT_THAT(Mirrored(), AllOf(StartsWith("GET /passed "), Not(HasSubstr("direct"))));
}

}  // namespace
}  // namespace outrigger::test
