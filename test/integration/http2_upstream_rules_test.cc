// R24-R43 of hardening.md from the other side: a service that does over HTTP/2 what none should.
// Its own connection and the requests on it are all that it may cost.
#include <string>
#include <string_view>
#include <vector>

#include "test/integration/http_fixture.h"
#include "test/support/http2_peer.h"

namespace outrigger::test {
namespace {

using testing::AnyOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class HostileHttp2Service : public HttpTest {
 protected:
  void SetUp() override {
    StaticBootstrap bootstrap;
    bootstrap.cluster_fields = "http2_protocol_options: {}";
    StartProxy(bootstrap);
    client_ = Http2Peer::ConnectTo(port_);
  }
  void TearDown() override {
    HttpTest::TearDown();
    // The next request finds a service, over a connection of its own if need be.
    ASSERT_TRUE(client_.SendHead(101, GetFields("/after"), true));
    if (!is_kept_) service_ = Http2Peer::Accept(upstream_);
    const uint32_t stream = service_.AwaitHead();
    ASSERT_NE(stream, 0u);
    ASSERT_TRUE(service_.SendHead(stream, {{":status", "200"}}, true));
    EXPECT_EQ(client_.Read(101).Field(":status"), "200");
    EXPECT_EQ(proxy_->Stat("http.ingress.downstream_cx_total"), 1);
    EXPECT_TRUE(proxy_->WaitForStatBelow("http.ingress.downstream_rq_active", 1));
    EXPECT_TRUE(proxy_->WaitForStatBelow("cluster.service.upstream_rq_active", 1));
  }
  // A request has reached the service, on stream 1 of its connection.
  void Ask(const Fields& fields = GetFields()) {
    ASSERT_TRUE(client_.SendHead(1, fields, true));
    service_ = Http2Peer::Accept(upstream_);
    ASSERT_EQ(service_.AwaitHead(), 1u);
  }
  void Flood(const std::string& frames, int times_max) {
    std::string batch;
    for (int i = 0; i < 100; ++i) batch += frames;
    for (int i = 0; i < times_max / 100; ++i) {
      if (!service_.raw().Send(batch)) break;
    }
  }
  // The request gets this status, and the connection to the service has ended.
  void ExpectCost(const std::string& status) {
    EXPECT_EQ(client_.Read(1).Field(":status"), status);
    service_.raw().ReadToEnd();
    EXPECT_TRUE(service_.raw().HasEnded());
    EXPECT_TRUE(proxy_->WaitForStat("cluster.service.upstream_cx_protocol_error", 1));
  }

  int64_t Http2Stat(const std::string& name) {
    return proxy_->Stat("cluster.service.http2." + name);
  }

  Http2Peer client_;
  Http2Peer service_;
  bool is_kept_ = false;
};

TEST_F(HostileHttp2Service, R24_PingsEndTheConnection) {
  Ask();
  Flood(FrameBytes(kPing, 0, 0, "12345678"), 40'000);
  ExpectCost("502");
  EXPECT_EQ(Http2Stat("outbound_control_flood"), 1);
}

TEST_F(HostileHttp2Service, R25_EmptyDataInARowEndsTheConnection) {
  Ask();
  ASSERT_TRUE(service_.SendHead(1, {{":status", "200"}}, false));
  ASSERT_TRUE(service_.raw().Send(FrameBytes(kData, 0, 1) + FrameBytes(kData, 0, 1)));
  const Http2Message answer = client_.Read(1);
  EXPECT_TRUE(answer.reset.has_value());
  EXPECT_EQ(Http2Stat("inbound_empty_frames_flood"), 1);
}

TEST_F(HostileHttp2Service, R26_WindowUpdatesAreNotFree) {
  Ask();
  Flood(FrameBytes(kWindowUpdate, 0, 0, Number32(1)), 20'000);
  ExpectCost("502");
  EXPECT_EQ(Http2Stat("inbound_window_update_frames_flood"), 1);
  EXPECT_EQ(proxy_->Stat("http2.inbound_window_update_frames_flood"), 0);
}

TEST_F(HostileHttp2Service, R32_HeaderBlocksHaveFewContinuations) {
  Ask();
  std::string frames =
      FrameBytes(kHeaders, kEndStream, 1, service_.EncodeFields({{":status", "200"}}));
  for (int i = 0; i < 9; ++i) {
    frames += FrameBytes(kContinuation, 0, 1, service_.EncodeFields({{"x", std::to_string(i)}}));
  }
  service_.raw().Send(frames);
  ExpectCost("502");
}

TEST_F(HostileHttp2Service, R33_AHeadThatIsTooLargeCostsItsStream) {
  Ask();
  Fields fields = {{":status", "200"}};
  fields.resize(105, {"x", "y"});
  ASSERT_TRUE(service_.SendHead(1, fields, true));
  EXPECT_EQ(client_.Read(1).Field(":status"), "502");
  EXPECT_EQ(Http2Stat("header_overflow"), 1);
  is_kept_ = true;
}

TEST_F(HostileHttp2Service, R35_GoawayAndNoStreamsAreTakenAtTheirWord) {
  Ask();
  ASSERT_TRUE(service_.Send(kSettings, 0, 0, std::string("\0\3", 2) + Number32(0)));
  ASSERT_TRUE(service_.Send(kGoaway, 0, 0, Number32(1) + Number32(0)));
  ASSERT_TRUE(service_.Send(kRstStream, 0, 1, Number32(2)));
  EXPECT_EQ(client_.Read(1).Field(":status"), "503");
  EXPECT_EQ(Http2Stat("rx_reset"), 1);
}

TEST_F(HostileHttp2Service, PromisesEndTheConnection) {
  Ask();
  ASSERT_TRUE(service_.Send(kPushPromise, kEndHeaders, 1,
                            Number32(2) + service_.EncodeFields(GetFields("/pushed"))));
  ExpectCost("502");
}

TEST_F(HostileHttp2Service, R13_InformationalResponsesAreFew) {
  Ask();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(service_.SendHead(1, {{":status", "103"}}, false));
  EXPECT_EQ(client_.Read(1).Field(":status"), "502");
  is_kept_ = true;
}

TEST_F(HostileHttp2Service, R38_MalformedResponsesCostTheirStream) {
  Ask();
  ASSERT_TRUE(service_.SendHead(1, {{":status", "200"}, {"connection", "close"}}, true));
  EXPECT_EQ(client_.Read(1).Field(":status"), "502");
  EXPECT_EQ(Http2Stat("rx_messaging_error"), 1);
  is_kept_ = true;
}

TEST_F(HostileHttp2Service, R40_ABodyThatDiffersFromItsLengthIsNotPassedOnAsWhole) {
  Ask();
  ASSERT_TRUE(service_.SendHead(1, {{":status", "200"}, {"content-length", "3"}}, false));
  ASSERT_TRUE(service_.Send(kData, kEndStream, 1, "body"));
  const Http2Message answer = client_.Read(1);
  EXPECT_TRUE(answer.reset.has_value());
  EXPECT_FALSE(answer.is_complete);
  is_kept_ = true;
}

TEST_F(HostileHttp2Service, R60_AnEndBehindAResetIsNobodys) {
  Ask();
  ASSERT_TRUE(service_.raw().Send(FrameBytes(kRstStream, 0, 1, Number32(2)) +
                                  FrameBytes(kData, kEndStream, 1, "late")));
  EXPECT_EQ(client_.Read(1).Field(":status"), "503");
  is_kept_ = true;
}

}  // namespace
}  // namespace outrigger::test
