// Upgrades and CONNECT over HTTP/1: who may have a tunnel, when it opens, what goes through it and
// how it ends.
#include <string>
#include <string_view>

#include "test/integration/http_fixture.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kWebsocket =
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: a2V5\r\n\r\n";
constexpr std::string_view kSwitched =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
constexpr std::string_view kConnect = "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n";

class Tunnel : public HttpTest {
 protected:
  void StartProxyWith(const std::string& hcm_fields, const std::string& routes = "") {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].hcm_fields = hcm_fields;
    if (!routes.empty()) bootstrap.listeners[0].routes = routes;
    StartProxy(bootstrap);
  }
  void StartProxyForWebsockets() { StartProxyWith("upgrade_configs: [{upgrade_type: websocket}]"); }
  void StartProxyForConnect() {
    StartProxyWith("",
                   "[{match: {connect_matcher: {}}, route: {cluster: service, "
                   "upgrade_configs: [{upgrade_type: CONNECT}]}}, "
                   "{match: {prefix: /}, route: {cluster: service}}]");
  }
  // A tunnel between `client_` and `service_`.
  void Open(std::string_view request, std::string_view answer) {
    client_ = Client();
    Forwarded(client_, request, "\r\n\r\n");
    ASSERT_TRUE(service_.Send(answer));
    ASSERT_THAT(client_.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 "));
  }
  void ExpectBytesBothWays() {
    for (std::string_view bytes : {"GET / HTTP/1.1\r\n\r\n", "0\r\n\r\n", "frame"}) {
      ASSERT_TRUE(client_.Send(bytes));
      EXPECT_EQ(service_.ReadBytes(bytes.size()), bytes);
      ASSERT_TRUE(service_.Send(bytes));
      EXPECT_EQ(client_.ReadBytes(bytes.size()), bytes);
    }
  }
  std::string Answer(std::string_view request) {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send(request));
    return client.ReadToEnd();
  }
  int64_t HttpStat(const std::string& name) { return proxy_->Stat("http.ingress." + name); }

  RawPeer client_;
};

TEST_F(Tunnel, AWebsocketGoesThroughBothWays) {
  StartProxyForWebsockets();
  RawPeer client = Client();
  EXPECT_THAT(Forwarded(client, kWebsocket, "\r\n\r\n"),
              AllOf(StartsWith("GET /ws HTTP/1.1\r\nhost: a\r\nsec-websocket-key: a2V5\r\n"),
                    EndsWith("\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"),
                    Not(HasSubstr("content-length"))));
  ASSERT_TRUE(service_.Send(std::string(kSwitched) + "hello"));
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 101 Switching Protocols\r\n"),
                    EndsWith("\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"),
                    Not(HasSubstr("service-time"))));
  EXPECT_EQ(client.ReadBytes(5), "hello");
  EXPECT_EQ(HttpStat("downstream_cx_upgrades_active"), 1);
  client_ = std::move(client);
  ExpectBytesBothWays();
}

TEST_F(Tunnel, R52_AnUpgradeThatIsNotConfiguredIsRefused) {
  StartProxyWith("upgrade_configs: [{upgrade_type: other}, {upgrade_type: off, enabled: false}]");
  for (const std::string token : {"websocket", "off", "other, websocket", "tls/1.2"}) {
    EXPECT_THAT(
        Answer("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: " + token +
               "\r\n\r\n" + std::string(kGet)),
        AllOf(StartsWith("HTTP/1.1 403 Forbidden\r\n"), EndsWith("connection: close\r\n\r\n")))
        << token;
  }
  EXPECT_EQ(HttpStat("downstream_rq_ws_on_non_ws_route"), 4);
  EXPECT_EQ(HttpStat("rq_total"), 0) << "the router has seen none, as in Envoy";
  EXPECT_EQ(HttpStat("downstream_cx_upgrades_total"), 0);
}

TEST_F(Tunnel, ARouteDecidesForItself) {
  StartProxyWith(
      "upgrade_configs: [{upgrade_type: websocket}]",
      "[{match: {prefix: /off}, route: {cluster: service, "
      "upgrade_configs: [{upgrade_type: WebSocket, enabled: false}]}}, "
      "{match: {prefix: /}, route: {cluster: service, upgrade_configs: [{upgrade_type: chat}]}}]");
  EXPECT_THAT(Answer("GET /off HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
                     "Upgrade: websocket\r\n\r\n"),
              StartsWith("HTTP/1.1 403 "));
  Open("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: Chat\r\n\r\n",
       "HTTP/1.1 101 X\r\nConnection: upgrade\r\nUpgrade: chat\r\n\r\n");
  ExpectBytesBothWays();
}

TEST_F(Tunnel, P39_WhatConnectionNamesDoesNotPassWithAnUpgrade) {
  StartProxyForWebsockets();
  RawPeer client = Client();
  EXPECT_THAT(Forwarded(client,
                        "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, x-mine, cookie\r\n"
                        "Upgrade: websocket\r\nx-mine: 1\r\nCookie: b\r\n\r\n",
                        "\r\n\r\n"),
              AllOf(Not(HasSubstr("x-mine")), HasSubstr("\r\ncookie: b\r\n")));
}

TEST_F(Tunnel, R53_WhatComesBeforeTheAnswerIsHeldUntilIt) {
  StartProxyForWebsockets();
  RawPeer client = Client();
  Forwarded(client, std::string(kWebsocket) + "early", "\r\n\r\n");
  ASSERT_TRUE(client.Send("more"));
  ASSERT_TRUE(service_.Send(kSwitched));
  EXPECT_EQ(service_.ReadBytes(9), "earlymore");
}

TEST_F(Tunnel, R53_AfterAnotherAnswerWhatCameForTheTunnelIsNoRequest) {
  StartProxyForWebsockets();
  RawPeer client = Client();
  Forwarded(client, std::string(kWebsocket) + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n",
            "\r\n\r\n");
  ASSERT_TRUE(service_.Send("HTTP/1.1 426 No\r\nContent-Length: 2\r\n\r\nno"));
  const std::string answer = client.ReadToEnd();
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 426"), HasSubstr("\r\nconnection: close\r\n"),
                            EndsWith("\r\n\r\nno")));
  // Neither of it reached the service, whose connection is not used again.
  EXPECT_EQ(service_.ReadToEnd(), "");
  EXPECT_EQ(HttpStat("downstream_rq_total"), 1);
  EXPECT_EQ(HttpStat("downstream_cx_upgrades_total"), 0);
}

TEST_F(Tunnel, R53_TheServicesConnectionIsNeverUsedAgain) {
  StartProxyForWebsockets();
  Open(kWebsocket, kSwitched);
  client_.Close();
  EXPECT_TRUE(service_.HasEnded());
  service_.Close();
  RawPeer next = Client();
  EXPECT_THAT(Forwarded(next, kGet, "\r\n\r\n"), StartsWith("GET / "));
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_total"), 2);
}

TEST_F(Tunnel, R52_AServiceThatSwitchesToSomethingElseIsNotFollowed) {
  StartProxyForWebsockets();
  RawPeer client = Client();
  Forwarded(client, kWebsocket, "\r\n\r\n");
  ASSERT_TRUE(service_.Send("HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"));
  EXPECT_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 502"));
}

TEST_F(Tunnel, TheEndOfTheClientsSideReachesTheServiceWhichGoesOn) {
  StartProxyForWebsockets();
  Open(kWebsocket, kSwitched);
  ASSERT_TRUE(client_.Send("last"));
  client_.ShutdownWrite();
  EXPECT_EQ(service_.ReadToEnd(), "last");
  ASSERT_TRUE(service_.Send("still here"));
  EXPECT_EQ(client_.ReadBytes(10), "still here");
  service_.Close();
  EXPECT_TRUE(client_.HasEnded());
}

TEST_F(Tunnel, TheEndOfTheServiceEndsIt) {
  StartProxyForWebsockets();
  Open(kWebsocket, kSwitched);
  ASSERT_TRUE(service_.Send("bye"));
  service_.Close();
  EXPECT_EQ(client_.ReadToEnd(), "bye");
  client_.Close();
  EXPECT_TRUE(proxy_->WaitForStatBelow("http.ingress.downstream_cx_upgrades_active", 1));
}

TEST_F(Tunnel, MoreBytesThanAnyBufferGoThroughWholeAgainstASlowReader) {
  StartProxyForWebsockets();
  Open(kWebsocket, kSwitched);
  const std::string bytes(8 << 20, 'x');
  for (auto [from, to] : {std::pair(&client_, &service_), std::pair(&service_, &client_)}) {
    size_t sent = 0;
    while (const size_t some = from->SendSome(std::string_view(bytes).substr(sent))) sent += some;
    ASSERT_GT(sent, 0u);
    EXPECT_EQ(to->ReadBytes(sent), bytes.substr(0, sent));
  }
}

TEST_F(Tunnel, R54_OneThatIsBusyLastsNoLongerThanAllowed) {
  StartProxyWith(
      "common_http_protocol_options: {max_stream_duration: 0.2s}, "
      "upgrade_configs: [{upgrade_type: websocket}]");
  Open(kWebsocket, kSwitched);
  while (client_.Send("x") && service_.ReadBytes(1) == "x") {
  }
  EXPECT_TRUE(client_.HasEnded());
  EXPECT_EQ(HttpStat("downstream_rq_max_duration_reached"), 1);
}

TEST_F(Tunnel, ARouteHasALongestDurationOfItsOwn) {
  StartProxyWith("common_http_protocol_options: {max_stream_duration: 3600s}",
                 "[{match: {prefix: /}, route: {cluster: service, "
                 "max_stream_duration: {max_stream_duration: 0.05s}}}]");
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_THAT(client.ReadMessage(),
              AllOf(StartsWith("HTTP/1.1 504 "), EndsWith("downstream duration timeout")));
}

TEST_F(Tunnel, R54_ConnectTakesNoOrdinaryRoute) {
  StartProxyWith("upgrade_configs: [{upgrade_type: CONNECT}]");
  EXPECT_THAT(Answer(kConnect), StartsWith("HTTP/1.1 404 "));
}

TEST_F(Tunnel, R54_ConnectIsOffUnlessConfigured) {
  StartProxyWith("", "[{match: {connect_matcher: {}}, route: {cluster: service}}]");
  EXPECT_THAT(Answer(std::string(kConnect) + std::string(kGet)), StartsWith("HTTP/1.1 403 "));
  EXPECT_EQ(HttpStat("downstream_rq_total"), 1);
}

TEST_F(Tunnel, ConnectIsPassedOnToAnHttpService) {
  StartProxyForConnect();
  RawPeer client = Client();
  EXPECT_THAT(Forwarded(client, std::string(kConnect) + "early", "\r\n\r\n"),
              AllOf(StartsWith("CONNECT a:80 HTTP/1.1\r\nhost: a:80\r\n"), Not(HasSubstr("length")),
                    Not(HasSubstr("transfer-encoding"))));
  ASSERT_TRUE(service_.Send("HTTP/1.1 200 OK\r\n\r\n"));
  EXPECT_THAT(
      client.ReadUntil("\r\n\r\n"),
      AllOf(StartsWith("HTTP/1.1 200 "), Not(HasSubstr("length")), Not(HasSubstr("connection"))));
  EXPECT_EQ(service_.ReadBytes(5), "early");
  client_ = std::move(client);
  ExpectBytesBothWays();
}

TEST_F(Tunnel, R54_EarlyBytesBehindARefusedConnectReachNobody) {
  StartProxyForConnect();
  RawPeer client = Client();
  Forwarded(client, std::string(kConnect) + std::string(kGet), "\r\n\r\n");
  ASSERT_TRUE(service_.Send("HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\nno"));
  EXPECT_THAT(client.ReadToEnd(), AllOf(StartsWith("HTTP/1.1 407"), EndsWith("\r\n\r\nno")));
  EXPECT_EQ(service_.ReadToEnd(), "");
  EXPECT_EQ(HttpStat("downstream_rq_total"), 1);
}

}  // namespace
}  // namespace outrigger::test
