// Tunnels with HTTP/2 on either side: extended CONNECT (RFC 8441) is the upgrade of HTTP/1 in other
// words, and CONNECT is the same on both.
#include <string>
#include <string_view>

#include "test/integration/http_fixture.h"
#include "test/support/http2_peer.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::StartsWith;

constexpr std::string_view kWebsocket =
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: a2V5\r\n\r\n";
constexpr std::string_view kSwitched =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
const Fields kExtendedConnect = {{":method", "CONNECT"}, {":protocol", "websocket"},
                                 {":scheme", "http"},    {":path", "/ws"},
                                 {":authority", "a"},    {"sec-websocket-version", "13"}};
const Fields kConnect = {{":method", "CONNECT"}, {":authority", "a:80"}};

class TunnelHttp2 : public HttpTest {
 protected:
  void StartProxyWith(const std::string& hcm_fields, const std::string& cluster_fields = "") {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].hcm_fields =
        "upgrade_configs: [{upgrade_type: websocket}, {upgrade_type: CONNECT}]" + hcm_fields;
    bootstrap.listeners[0].routes =
        "[{match: {connect_matcher: {}}, route: {cluster: service}}, "
        "{match: {prefix: /}, route: {cluster: service}}]";
    bootstrap.cluster_fields = cluster_fields;
    StartProxy(bootstrap);
  }
  void StartProxyForHttp2Clients(const std::string& cluster_fields = "") {
    StartProxyWith(", http2_protocol_options: {allow_connect: true}", cluster_fields);
    client2_ = Http2Peer::ConnectTo(port_);
  }
  std::string ReadRequest() {
    if (!service_.is_connected()) service_ = upstream_.Accept();
    return service_.ReadUntil("\r\n\r\n");
  }
  Fields NextHead(Http2Peer& peer) {
    const auto frame = peer.NextOf(kHeaders);
    return frame.has_value() ? peer.DecodeFields(frame->payload) : Fields();
  }
  static std::string NextData(Http2Peer& peer) {
    const auto frame = peer.NextOf(kData);
    return frame.has_value() ? frame->payload : "none";
  }

  Http2Peer client2_;
};

TEST_F(TunnelHttp2, AWebsocketOfAnHttp2ClientReachesAnHttp1Service) {
  StartProxyForHttp2Clients();
  const auto settings = client2_.NextOf(kSettings);
  ASSERT_TRUE(settings.has_value());
  EXPECT_THAT(settings->payload, HasSubstr(std::string("\0\x08\0\0\0\x01", 6)));
  ASSERT_TRUE(client2_.SendHead(1, kExtendedConnect, false));
  const std::string seen = ReadRequest();
  EXPECT_THAT(seen,
              AllOf(StartsWith("GET /ws HTTP/1.1\r\nhost: a\r\nsec-websocket-version: 13\r\n"),
                    EndsWith("\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n")));
  // RFC 6455 4.1: 16 bytes in base64, which HTTP/2 clients do not send.
  const size_t key = seen.find("\r\nsec-websocket-key: ");
  ASSERT_NE(key, seen.npos);
  EXPECT_EQ(seen.substr(key + 43, 4), "==\r\n");
  ASSERT_TRUE(service_.Send(std::string(kSwitched) + "hello"));
  EXPECT_THAT(NextHead(client2_),
              AllOf(Contains(Pair(":status", "200")), Not(Contains(Pair("upgrade", testing::_)))));
  EXPECT_EQ(NextData(client2_), "hello");
  ASSERT_TRUE(client2_.Send(kData, 0, 1, "frame"));
  EXPECT_EQ(service_.ReadBytes(5), "frame");
  ASSERT_TRUE(client2_.Send(kData, kEndStream, 1, "last"));
  EXPECT_EQ(service_.ReadToEnd(), "last");
  service_.Close();
  EXPECT_TRUE(client2_.Read(1).is_complete);
}

TEST_F(TunnelHttp2, R53_WhatComesBeforeTheAnswerIsHeldUntilIt) {
  StartProxyForHttp2Clients();
  ASSERT_TRUE(client2_.SendHead(1, kExtendedConnect, false));
  ASSERT_TRUE(client2_.Send(kData, 0, 1, "early"));
  ReadRequest();
  ASSERT_TRUE(service_.Send(kSwitched));
  EXPECT_EQ(service_.ReadBytes(5), "early");
}

TEST_F(TunnelHttp2, R53_AnotherAnswerIsAResponseAndEarlyBytesReachNobody) {
  StartProxyForHttp2Clients();
  ASSERT_TRUE(client2_.SendHead(1, kExtendedConnect, false));
  ASSERT_TRUE(client2_.Send(kData, 0, 1, std::string(kGet)));
  ReadRequest();
  ASSERT_TRUE(service_.Send("HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno"));
  const Http2Message answer = client2_.Read(1);
  EXPECT_EQ(answer.Field(":status"), "401");
  EXPECT_EQ(answer.body, "no");
  EXPECT_EQ(service_.ReadToEnd(), "");
  // The connection goes on.
  service_ = RawPeer();
  ASSERT_TRUE(client2_.SendHead(3, GetFields(), true));
  EXPECT_THAT(ReadRequest(), StartsWith("GET / "));
}

TEST_F(TunnelHttp2, R54_ExtendedConnectIsOffUnlessConfigured) {
  StartProxyWith("");
  client2_ = Http2Peer::ConnectTo(port_);
  ASSERT_TRUE(client2_.SendHead(1, kExtendedConnect, false));
  EXPECT_TRUE(client2_.Read(1).reset.has_value());
  ASSERT_TRUE(client2_.SendHead(3, kConnect, false));
  EXPECT_EQ(client2_.Read(3).Field(":status"), "403");
}

TEST_F(TunnelHttp2, R52_AProtocolThatIsNotConfiguredIsRefused) {
  StartProxyForHttp2Clients();
  Fields fields = kExtendedConnect;
  fields[1].second = "other";
  ASSERT_TRUE(client2_.SendHead(1, fields, false));
  EXPECT_EQ(client2_.Read(1).Field(":status"), "403");
}

TEST_F(TunnelHttp2, AWebsocketOfAnHttp1ClientReachesAnHttp2Service) {
  StartProxyWith("", "http2_protocol_options: {allow_connect: true}");
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(std::string(kWebsocket) + "early"));
  Http2Peer service = Http2Peer::Accept(upstream_, std::string("\0\x08\0\0\0\x01", 6));
  EXPECT_THAT(NextHead(service),
              AllOf(Contains(Pair(":method", "CONNECT")), Contains(Pair(":protocol", "websocket")),
                    Contains(Pair(":path", "/ws")), Contains(Pair(":authority", "a")),
                    Contains(Pair("sec-websocket-key", "a2V5"))));
  ASSERT_TRUE(service.SendHead(1, {{":status", "200"}}, false));
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 101 Switching Protocols\r\n"),
                    EndsWith("\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n")));
  EXPECT_EQ(NextData(service), "early");
  ASSERT_TRUE(service.Send(kData, kEndStream, 1, "bye"));
  EXPECT_EQ(client.ReadToEnd(), "bye");
}

TEST_F(TunnelHttp2, AnUpgradeIsRefusedWhereTheHttp2ServiceTakesNone) {
  StartProxyWith("", "http2_protocol_options: {}");
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kWebsocket));
  EXPECT_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 403 "));
}

TEST_F(TunnelHttp2, ConnectPassesFromHttp2ToHttp1) {
  StartProxyForHttp2Clients();
  ASSERT_TRUE(client2_.SendHead(1, kConnect, false));
  EXPECT_THAT(ReadRequest(), StartsWith("CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n"));
  ASSERT_TRUE(service_.Send("HTTP/1.1 200 OK\r\n\r\nhello"));
  EXPECT_THAT(NextHead(client2_), Contains(Pair(":status", "200")));
  EXPECT_EQ(NextData(client2_), "hello");
  ASSERT_TRUE(client2_.Send(kData, 0, 1, "bytes"));
  EXPECT_EQ(service_.ReadBytes(5), "bytes");
}

TEST_F(TunnelHttp2, ConnectPassesFromHttp2ToHttp2) {
  StartProxyForHttp2Clients("http2_protocol_options: {allow_connect: true}");
  ASSERT_TRUE(client2_.SendHead(1, kConnect, false));
  Http2Peer service = Http2Peer::Accept(upstream_);
  EXPECT_THAT(
      NextHead(service),
      AllOf(Contains(Pair(":method", "CONNECT")), Contains(Pair(":authority", "a:80")),
            Not(Contains(Pair(":path", testing::_))), Not(Contains(Pair(":scheme", testing::_)))));
  ASSERT_TRUE(service.SendHead(1, {{":status", "200"}}, false));
  EXPECT_THAT(NextHead(client2_), Contains(Pair(":status", "200")));
  ASSERT_TRUE(client2_.Send(kData, 0, 1, "up"));
  EXPECT_EQ(NextData(service), "up");
  ASSERT_TRUE(service.Send(kRstStream, 0, 1, Number32(8)));
  EXPECT_TRUE(client2_.Read(1).reset.has_value());
}

TEST_F(TunnelHttp2, R54_ConnectOverHttp2NamesAnAuthorityWithItsPort) {
  StartProxyForHttp2Clients();
  ASSERT_TRUE(client2_.SendHead(1, {{":method", "CONNECT"}, {":authority", "a"}}, false));
  EXPECT_EQ(client2_.Read(1).Field(":status"), "400");
}

}  // namespace
}  // namespace outrigger::test
