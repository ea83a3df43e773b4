// A service that answers HEAD over HTTP/2 with a head and leaves its stream open: the response is
// over for the client, and so is the exchange, whatever the service does with the stream later.
#include <gtest/gtest.h>

#include <string>

#include "cluster/cluster_stats.h"
#include "http/http_stats.h"
#include "test/support/http2_peer.h"
#include "test/support/http_world.h"

namespace outrigger::test {
namespace {

constexpr std::string_view kHeadRequest = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::string_view kGetRequest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
// HPACK of HEAD and GET http / with :authority a.
constexpr std::string_view kHeadFields = "\x02\x04HEAD\x86\x84\x41\x01\x61";
constexpr std::string_view kGetFields = "\x82\x86\x84\x41\x01\x61";

class BodylessResponse : public ::testing::Test {
 protected:
  void ClientSays(std::string_view bytes) {
    if (!client_.is_open()) client_ = http_.Client();
    client_.Send(bytes);
    Turn();
  }
  void ServiceSays(std::string_view bytes) {
    service_.Send(bytes);
    Turn();
  }
  void Turn() {
    http_.RunTurns(6);
    if (!service_.is_open() && http_.has_waiting_service()) {
      service_ = http_.Service();
      service_.Send(FrameBytes(kSettings, 0, 0));
    }
    http_.RunTurns(6);
    client_.Receive();
    if (service_.is_open()) service_.Receive();
  }
  void ServiceEndsLate() {
    ServiceSays(FrameBytes(kData, kEndStream, 1, "late"));
    ServiceSays(FrameBytes(kRstStream, 0, 1, Number32(8)));
  }
  void ExpectAllWasServedOverOneConnection() {
    EXPECT_FALSE(client_.saw_eof());
    EXPECT_EQ(http_.HttpStat(http::kDownstreamRqTxReset), 0u);
    EXPECT_EQ(http_.HttpStat(http::kDownstreamRq2xx), 2u);
    EXPECT_EQ(http_.HttpStat(http::kDownstreamRqActive), 0u);
    EXPECT_EQ(http_.ClusterStat(kUpstreamCxTotal), 1u);
    EXPECT_EQ(http_.ClusterStat(kUpstreamRqActive), 0u);
  }

  static inline const std::string kOpenHead = FrameBytes(kHeaders, kEndHeaders, 1, "\x88");
  HttpWorld http_{{}, UpstreamProtocol::kHttp2};
  LoopbackPeer client_;
  LoopbackPeer service_;
};

TEST_F(BodylessResponse, AnHttp1ClientAsksOnWhileTheServiceKeepsItsStreamOpen) {
  ClientSays(kHeadRequest);
  ServiceSays(kOpenHead);
  EXPECT_TRUE(client_.received().ends_with("\r\n\r\n"));
  ClientSays(kGetRequest);
  ServiceEndsLate();
  ServiceSays(FrameBytes(kHeaders, kEndHeaders | kEndStream, 3, "\x88"));
  ExpectAllWasServedOverOneConnection();
}

TEST_F(BodylessResponse, AnHttp2ClientAsksOnWhileTheServiceKeepsItsStreamOpen) {
  ClientSays(std::string(kPreface) + FrameBytes(kSettings, 0, 0) +
             FrameBytes(kHeaders, kEndHeaders | kEndStream, 1, kHeadFields));
  ServiceSays(kOpenHead);
  ClientSays(FrameBytes(kHeaders, kEndHeaders | kEndStream, 3, kGetFields));
  ServiceEndsLate();
  ServiceSays(FrameBytes(kHeaders, kEndHeaders | kEndStream, 3, "\x88"));
  ExpectAllWasServedOverOneConnection();
}

TEST_F(BodylessResponse, AServiceThatKeepsItsStreamOpenIsToldToStop) {
  ClientSays(kHeadRequest);
  ServiceSays(kOpenHead);
  EXPECT_NE(service_.received().find(FrameBytes(kRstStream, 0, 1, Number32(8))), std::string::npos);
}

TEST_F(BodylessResponse, AServiceThatEndsItsStreamWithoutDelayIsNot) {
  ClientSays(kHeadRequest);
  ServiceSays(kOpenHead + FrameBytes(kData, kEndStream, 1));
  EXPECT_EQ(service_.received().find(FrameBytes(kRstStream, 0, 1, Number32(8))), std::string::npos);
}

}  // namespace
}  // namespace outrigger::test
