// R24-R43 of hardening.md by real frames to a real listener: what a hostile client gets, with a
// bystander on a connection of its own, and where the rule is about one stream, another stream of
// the same connection.
#include <string>
#include <string_view>
#include <vector>

#include "test/integration/http_fixture.h"
#include "test/support/backend.h"
#include "test/support/http2_peer.h"

namespace outrigger::test {
namespace {

using testing::AnyOf;
using testing::Eq;

constexpr uint32_t kProtocolError = 1;
constexpr uint32_t kCompressionError = 9;
constexpr uint32_t kEnhanceYourCalm = 11;

class HostileHttp2Client : public HttpTest {
 protected:
  void SetUp() override {
    StartProxy();
    bystander_.Start(port_, upstream_);
    client_ = Http2Peer::ConnectTo(port_);
  }
  void TearDown() override {
    bystander_.Finish();
    HttpTest::TearDown();
    EXPECT_TRUE(proxy_->WaitForStatBelow("http.ingress.downstream_rq_active", 1));
  }

  // Sends `frames` over and over, reading nothing, until the proxy has had enough. It is counted as
  // `flood`.
  void Flood(const std::string& frames, int times_max, const std::string& flood = "") {
    std::string batch;
    for (int i = 0; i < 100; ++i) batch += frames;
    for (int i = 0; i < times_max / 100; ++i) {
      if (!client_.raw().Send(batch)) break;
    }
    EXPECT_TRUE(proxy_->WaitForStat("http.ingress.downstream_cx_protocol_error", 1));
    // What it said before the end may be lost with bytes that nobody read any more.
    client_.raw().ReadToEnd();
    EXPECT_TRUE(client_.raw().HasEnded());
    if (!flood.empty()) {
      EXPECT_EQ(Http2Stat(flood), 1);
    }
  }
  int64_t Http2Stat(const std::string& name) { return proxy_->Stat("http2." + name); }
  void ExpectClosed(uint32_t error_code) {
    uint32_t last = 0;
    while (const auto frame = client_.NextOf(kGoaway)) last = frame->error_code();
    EXPECT_EQ(last, error_code);
    EXPECT_EQ(proxy_->Stat("http.ingress.downstream_cx_protocol_error"), 1);
  }
  // The stream is refused by a reset or by an answer, and its neighbour is served.
  void ExpectStreamRefused(uint32_t stream, const std::string& status = "") {
    const Http2Message answer = client_.Read(stream);
    if (status.empty()) {
      EXPECT_TRUE(answer.reset.has_value());
    } else {
      EXPECT_EQ(answer.Field(":status"), status);
    }
    ASSERT_TRUE(client_.SendHead(stream + 2, GetFields("/neighbour"), true));
    if (!service_.is_connected()) service_ = upstream_.Accept();
    EXPECT_THAT(service_.ReadUntil("\r\n\r\n"), testing::StartsWith("GET /neighbour "));
    ASSERT_TRUE(service_.Send(kOk));
    EXPECT_EQ(client_.Read(stream + 2).body, "ok");
  }

  Bystander bystander_;
  Http2Peer client_;
};

TEST_F(HostileHttp2Client, R24_PingsWhoseAnswersNobodyReadsEndTheConnection) {
  Flood(FrameBytes(kPing, 0, 0, "12345678"), 40'000, "outbound_control_flood");
}

TEST_F(HostileHttp2Client, R24_SoDoSettings) {
  Flood(FrameBytes(kSettings, 0, 0), 40'000, "outbound_control_flood");
}

TEST_F(HostileHttp2Client, R25_EmptyFramesInARowEndTheConnection) {
  ASSERT_TRUE(client_.SendHead(1, PostFields(), false));
  ASSERT_TRUE(client_.raw().Send(FrameBytes(kData, 0, 1) + FrameBytes(kData, 0, 1)));
  ExpectClosed(kEnhanceYourCalm);
  EXPECT_EQ(Http2Stat("inbound_empty_frames_flood"), 1);
  EXPECT_EQ(Http2Stat("goaway_sent"), 1);
}

TEST_F(HostileHttp2Client, R25_EmptyContinuationsEndTheConnection) {
  const std::string block = client_.EncodeFields(GetFields());
  ASSERT_TRUE(client_.raw().Send(FrameBytes(kHeaders, kEndStream, 1, block) +
                                 FrameBytes(kContinuation, 0, 1) +
                                 FrameBytes(kContinuation, 0, 1)));
  ExpectClosed(kEnhanceYourCalm);
}

TEST_F(HostileHttp2Client, R26_PrioritiesAreNotFree) {
  Flood(FrameBytes(kPriority, 0, 1, Number32(0) + "x"), 20'000, "inbound_priority_frames_flood");
}

TEST_F(HostileHttp2Client, R26_NorAreWindowUpdates) {
  Flood(FrameBytes(kWindowUpdate, 0, 0, Number32(1)), 20'000, "inbound_window_update_frames_flood");
}

TEST_F(HostileHttp2Client, R27_WindowsThatOpenByteByByteEndTheConnection) {
  ASSERT_TRUE(client_.Send(kSettings, 0, 0, std::string("\0\4", 2) + Number32(1)));
  ASSERT_TRUE(client_.SendHead(1, GetFields(), true));
  service_ = upstream_.Accept();
  service_.ReadUntil("\r\n\r\n");
  ASSERT_TRUE(
      service_.Send("HTTP/1.1 200 OK\r\nContent-Length: 30000\r\n\r\n" + std::string(30'000, 'x')));
  Flood(FrameBytes(kWindowUpdate, 0, 1, Number32(1)), 20'000);
  EXPECT_EQ(Http2Stat("outbound_flood") + Http2Stat("inbound_window_update_frames_flood"), 1);
}

TEST_F(HostileHttp2Client, R29_StreamsResetAsSoonAsTheyAreOpenEndTheConnection) {
  std::string frames;
  for (uint32_t stream = 1; stream < 6000; stream += 2) {
    frames +=
        FrameBytes(kHeaders, kEndHeaders | kEndStream, stream, client_.EncodeFields(GetFields()));
    frames += FrameBytes(kRstStream, 0, stream, Number32(8));
  }
  Flood(frames, 100);
}

TEST_F(HostileHttp2Client, R29_ResetsThatAClientMakesUsSendCountAsItsOwn) {
  uint32_t stream = 1;
  uint32_t goaway = 0;
  while (stream < 4000) {
    client_.raw().Send(
        FrameBytes(kHeaders, kEndHeaders, stream, client_.EncodeFields(PostFields())) +
        FrameBytes(kWindowUpdate, 0, stream, Number32(0x7FFFFFFF)));
    std::optional<Frame> frame = client_.Next();
    while (frame.has_value() && frame->type != kRstStream) {
      if (frame->type == kGoaway) goaway = frame->error_code();
      frame = client_.Next();
    }
    if (!frame.has_value()) break;
    stream += 2;
  }
  EXPECT_LT(stream, 2000u);
  EXPECT_GE(Http2Stat("tx_reset"), int64_t{stream / 2});
  EXPECT_EQ(goaway, kEnhanceYourCalm);
}

TEST_F(HostileHttp2Client, R31_SettingsHaveNoMoreThan32Entries) {
  std::string entries;
  for (int i = 0; i < 33; ++i) entries += std::string("\0\3", 2) + Number32(100);
  ASSERT_TRUE(client_.Send(kSettings, 0, 0, entries));
  ExpectClosed(kEnhanceYourCalm);
}

TEST_F(HostileHttp2Client, R32_HeaderBlocksHaveFewContinuations) {
  std::string frames = FrameBytes(kHeaders, kEndStream, 1, client_.EncodeFields(GetFields()));
  for (int i = 0; i < 9; ++i) {
    frames += FrameBytes(kContinuation, 0, 1, client_.EncodeFields({{"x", std::to_string(i)}}));
  }
  client_.raw().Send(frames);
  ExpectClosed(kEnhanceYourCalm);
}

TEST_F(HostileHttp2Client, R33_TooManyFieldsCostTheirStream) {
  Fields fields = GetFields();
  fields.resize(105, {"x", "y"});
  ASSERT_TRUE(client_.SendHead(1, fields, true));
  ExpectStreamRefused(1, "431");
  EXPECT_EQ(Http2Stat("header_overflow"), 1);
}

TEST_F(HostileHttp2Client, R33_CookieCrumbsAreBytesToo) {
  Fields fields = GetFields();
  fields.resize(1500, {"cookie", "crumb=0123456789abcdefghijklmnopqrstuv"});
  const std::string block = client_.EncodeFields(fields);
  ASSERT_LT(block.size(), 16'384u);
  ASSERT_TRUE(client_.Send(kHeaders, kEndHeaders | kEndStream, 1, block));
  ExpectStreamRefused(1, "431");
}

TEST_F(HostileHttp2Client, R33_ABlockThatGrowsWithoutEndEndsTheConnection) {
  Fields fields = GetFields();
  fields.resize(8000, {"cookie", "crumb=0123456789abcdefghijklmnopqrstuv"});
  const std::string block = client_.EncodeFields(fields);
  ASSERT_LT(block.size(), 16'384u);
  ASSERT_TRUE(client_.Send(kHeaders, kEndHeaders | kEndStream, 1, block));
  ExpectClosed(kEnhanceYourCalm);
  EXPECT_EQ(Http2Stat("header_overflow"), 1);
}

TEST_F(HostileHttp2Client, R34_TablesLargerThanOfferedEndTheConnection) {
  // A dynamic table size update to 1 MiB.
  ASSERT_TRUE(client_.Send(kHeaders, kEndHeaders | kEndStream, 1, "\x3f\xe1\xff\x3f"));
  ExpectClosed(kCompressionError);
}

TEST_F(HostileHttp2Client, R34_NumbersThatOverflowEndTheConnection) {
  ASSERT_TRUE(client_.Send(kHeaders, kEndHeaders | kEndStream, 1,
                           "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"));
  ExpectClosed(kCompressionError);
}

TEST_F(HostileHttp2Client, R38_MalformedHeadsCostTheirStream) {
  const std::vector<Fields> malformed = {
      {{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}},
      {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":path", "/"}},
      {{":method", "GET"}, {":scheme", "http"}, {"x", "y"}, {":path", "/"}},
      {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {":status", "200"}},
      {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"X", "y"}},
      {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"connection", "close"}},
      {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"te", "gzip"}},
      {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"x", "a\r\nb: c"}},
      {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"x y", "z"}},
      {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}, {"transfer-encoding", "chunked"}},
  };
  uint32_t stream = 1;
  for (const Fields& fields : malformed) {
    ASSERT_TRUE(client_.SendHead(stream, fields, true));
    ExpectStreamRefused(stream);
    stream += 4;
  }
  EXPECT_EQ(Http2Stat("rx_messaging_error"), static_cast<int64_t>(malformed.size()));
}

TEST_F(HostileHttp2Client, R39_AHostThatDiffersFromTheAuthorityIsRefused) {
  Fields fields = GetFields();
  fields.emplace_back("host", "b");
  ASSERT_TRUE(client_.SendHead(1, fields, true));
  const Http2Message answer = client_.Read(1);
  EXPECT_TRUE(answer.reset.has_value() || answer.Field(":status") == "400");
}

// A service that counts whole requests only.
TEST(Http2BodyLength, R40_BodiesThatDifferFromTheirLengthNeverReachTheServiceWhole) {
  Backend backend("service");
  StaticBootstrap bootstrap;
  bootstrap.upstream_ports = {backend.port()};
  RunningProxy proxy(bootstrap.ToYaml());
  Http2Peer client = Http2Peer::ConnectTo(proxy.ListenerPort("ingress"));
  uint32_t stream = 1;
  for (const std::string length : {"3", "5", "4000000000"}) {
    Fields fields = PostFields();
    fields.emplace_back("content-length", length);
    ASSERT_TRUE(client.SendHead(stream, fields, false));
    ASSERT_TRUE(client.Send(kData, kEndStream, stream, "body"));
    EXPECT_TRUE(client.Read(stream).reset.has_value()) << length;
    stream += 2;
  }
  ASSERT_TRUE(client.SendHead(stream, GetFields(), true));
  EXPECT_EQ(client.Read(stream).body, "service");
  EXPECT_EQ(backend.requests(), 1u);
}

TEST_F(HostileHttp2Client, R43_ARequestWithoutAHostIsRefused) {
  ASSERT_TRUE(client_.SendHead(1, {{":method", "GET"}, {":scheme", "http"}, {":path", "/"}}, true));
  ExpectStreamRefused(1);
}

TEST_F(HostileHttp2Client, R54_ConnectIsRefused) {
  ASSERT_TRUE(client_.SendHead(1, {{":method", "CONNECT"}, {":authority", "a:80"}}, false));
  ExpectStreamRefused(1, "403");
}

TEST_F(HostileHttp2Client, R8_ForbiddenTrailersDoNotReachTheService) {
  ASSERT_TRUE(client_.SendHead(1, PostFields(), false));
  ASSERT_TRUE(client_.SendHead(1, {{"x-sum", "1"}, {"authorization", "me"}}, true));
  service_ = upstream_.Accept();
  EXPECT_THAT(service_.ReadUntil("x-sum: 1\r\n\r\n"),
              testing::Not(testing::HasSubstr("authorization")));
  EXPECT_EQ(Http2Stat("trailers"), 1);
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_EQ(client_.Read(1).body, "ok");
}

}  // namespace
}  // namespace outrigger::test
