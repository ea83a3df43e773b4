// What messages at their limits and crowds of streams cost: heads of the full size in all four
// pairs of protocols (R41), and thousands of streams that end at once (R30).
#include <string>
#include <string_view>

#include "test/integration/http_fixture.h"
#include "test/support/http2_peer.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// Fields that fill a head of 60 KiB but for what the proxy itself adds and HTTP/2 counts.
constexpr int kBigFields = 80;
std::string BigValue(int i) { return std::string(700, static_cast<char>('a' + i % 26)); }
std::string BigName(int i) { return "x-big-" + std::to_string(i); }

std::string BigLines() {
  std::string lines;
  for (int i = 0; i < kBigFields; ++i) lines += BigName(i) + ": " + BigValue(i) + "\r\n";
  return lines;
}
void AddBig(Fields& fields) {
  for (int i = 0; i < kBigFields; ++i) fields.emplace_back(BigName(i), BigValue(i));
}
std::string BigRequest() { return "GET / HTTP/1.1\r\nHost: a\r\n" + BigLines() + "\r\n"; }
std::string BigResponse() {
  return "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + BigLines() + "\r\nok";
}
void ExpectBig(const Http2Message& message) {
  for (int i = 0; i < kBigFields; ++i) EXPECT_EQ(message.Field(BigName(i)), BigValue(i));
}

class BigHeads : public HttpTest {
 protected:
  void StartWithHttp2Service(const std::string& hcm_fields = "") {
    StaticBootstrap bootstrap;
    bootstrap.cluster_fields = "http2_protocol_options: {}";
    bootstrap.listeners[0].hcm_fields = hcm_fields;
    StartProxy(bootstrap);
  }
};

TEST_F(BigHeads, R41_PassFromHttp1ToHttp1AndBack) {
  StartProxy();
  RawPeer client = Client();
  EXPECT_THAT(Forwarded(client, BigRequest(), "\r\n\r\n"), HasSubstr(BigLines()));
  ASSERT_TRUE(service_.Send(BigResponse()));
  EXPECT_THAT(client.ReadMessage(), HasSubstr(BigLines()));
}

TEST_F(BigHeads, R41_PassFromHttp1ToHttp2AndBack) {
  StartWithHttp2Service();
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(BigRequest()));
  Http2Peer service = Http2Peer::Accept(upstream_);
  const uint32_t stream = service.AwaitHead();
  ExpectBig(service.Read(stream));
  Fields response = {{":status", "200"}, {"content-length", "0"}};
  AddBig(response);
  ASSERT_TRUE(service.SendHeadInPieces(stream, response, true));
  EXPECT_THAT(client.ReadMessage(), HasSubstr(BigLines()));
}

TEST_F(BigHeads, R41_PassFromHttp2ToHttp1AndBack) {
  StartProxy();
  Http2Peer client = Http2Peer::ConnectTo(port_);
  Fields request = GetFields();
  AddBig(request);
  ASSERT_TRUE(client.SendHeadInPieces(1, request, true));
  service_ = upstream_.Accept();
  EXPECT_THAT(service_.ReadUntil("\r\n\r\n"), HasSubstr(BigLines()));
  ASSERT_TRUE(service_.Send(BigResponse()));
  ExpectBig(client.Read(1));
}

// More than nghttp2 sends by default.
TEST_F(BigHeads, R41_PassToHttp2BeyondTheDefaultLimits) {
  StartWithHttp2Service("max_request_headers_kb: 120");
  const std::string value(50'000, 'x');
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\nx-one: " + value + "\r\nx-two: " + value +
                          "\r\n\r\n"));
  Http2Peer service = Http2Peer::Accept(upstream_);
  const Http2Message request = service.Read(service.AwaitHead());
  EXPECT_EQ(request.Field("x-one"), value);
  EXPECT_EQ(request.Field("x-two"), value);
}

class ManyStreams : public HttpTest {
 protected:
  static constexpr uint32_t kStreams = 10'000;
  void SetUp() override {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].hcm_fields = "http2_protocol_options: {max_concurrent_streams: 20000}";
    bootstrap.cluster_fields =
        "http2_protocol_options: {max_concurrent_streams: 20000}, circuit_breakers: {thresholds: "
        "[{max_connections: 1, max_pending_requests: 20000, max_requests: 20000}]}";
    StartProxy(bootstrap);
    client2_ = Http2Peer::ConnectTo(port_);
    std::string requests;
    for (uint32_t i = 0; i < kStreams; ++i) {
      requests += FrameBytes(kHeaders, kEndHeaders, 2 * i + 1, client2_.EncodeFields(PostFields()));
    }
    ASSERT_TRUE(client2_.raw().Send(requests));
    // SETTINGS_MAX_CONCURRENT_STREAMS
    service2_ = Http2Peer::Accept(upstream_, std::string("\0\x03\0\0\x4e\x20", 6));
    ASSERT_TRUE(proxy_->WaitForStat("cluster.service.upstream_rq_active", kStreams));
  }
  void ExpectNothingLeft() {
    EXPECT_TRUE(proxy_->WaitForStatBelow("http.ingress.downstream_rq_active", 1));
    EXPECT_TRUE(proxy_->WaitForStatBelow("cluster.service.upstream_rq_active", 1));
    EXPECT_EQ(proxy_->Stat("http.ingress.downstream_rq_total"), kStreams);
  }

  Http2Peer client2_;
  Http2Peer service2_;
};

TEST_F(ManyStreams, R30_EndAtOnceWithTheirClient) {
  client2_.raw().Reset();
  ExpectNothingLeft();
}

TEST_F(ManyStreams, R30_EndAtOnceWithTheirService) {
  service2_.raw().Reset();
  ExpectNothingLeft();
}

TEST_F(ManyStreams, R30_EndAtOnceByResets) {
  std::string resets;
  for (uint32_t i = 0; i < kStreams; ++i) {
    resets += FrameBytes(kRstStream, 0, 2 * i + 1, Number32(8));
  }
  ASSERT_TRUE(client2_.raw().Send(resets));
  ExpectNothingLeft();
}

}  // namespace
}  // namespace outrigger::test
