// R53 of hardening.md: nothing of a tunnel moves before the answer that opens it, and nothing of it
// is ever read as a message.
#include <gtest/gtest.h>

#include <string>

#include "test/unit/http/http1/codec_probe.h"

namespace outrigger::http::http1 {
namespace {

constexpr std::string_view kUpgrade =
    "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
constexpr std::string_view kConnect = "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n";
constexpr std::string_view kSwitched =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: WebSocket\r\n\r\n";

void OpenTunnel(ServerCodec& codec, std::string_view upgrade) {
  codec.EncodeResponseHead(TunnelHead(upgrade), false);
}

TEST(ServerTunnel, R53_BytesWaitForTheAnswerThatOpensIt) {
  ServerProbe server;
  server.Offer(std::string(kUpgrade) + "early");
  EXPECT_EQ(server.pending, "early");
  OpenTunnel(server.codec, "websocket");
  EXPECT_EQ(
      server.TakeOutput(),
      "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
  server.Offer("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(server.transcript.ToString(),
            "request GET /ws at a body unknown {} upgrade websocket\n"
            "body earlyGET / HTTP/1.1\r\n\r\n\n");
  EXPECT_TRUE(server.pending.empty());
}

TEST(ServerTunnel, R53_AnotherAnswerEndsTheConnectionAndWhatCameForTheTunnelIsNobodys) {
  for (std::string_view request : {kUpgrade, kConnect}) {
    ServerProbe server;
    server.Offer(std::string(request) + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
    server.Respond(200, "no");
    EXPECT_TRUE(server.TakeOutput().ends_with("\r\nconnection: close\r\n\r\nno"));
    server.codec.ResetStream();  // as an exchange does whose request has not ended
    server.Offer("GET /more HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(server.transcript.ToString().find("smuggled"), std::string::npos);
    EXPECT_EQ(server.transcript.ToString().find("more"), std::string::npos);
    EXPECT_TRUE(server.codec.must_close());
  }
}

TEST(ServerTunnel, TheAnswerToConnectHasNoFraming) {
  ServerProbe server;
  server.Offer(kConnect);
  OpenTunnel(server.codec, {});
  server.codec.EncodeBody("bytes");
  EXPECT_EQ(server.TakeOutput(), "HTTP/1.1 200 OK\r\n\r\nbytes");
}

TEST(ServerTunnel, EitherSideEndsByItself) {
  ServerProbe server;
  server.Offer(kConnect);
  OpenTunnel(server.codec, {});
  server.codec.OnEof();
  EXPECT_FALSE(server.codec.must_close());
  server.codec.EncodeBody("last");
  server.codec.EncodeEnd(nullptr);
  EXPECT_TRUE(server.codec.must_close());
  EXPECT_EQ(server.transcript.ToString(), "request CONNECT  at a:1 body unknown {}\nend\n");
}

TEST(ServerTunnel, AnEndBeforeTheAnswerGivesItUp) {
  ServerProbe server;
  server.Offer(kUpgrade);
  server.codec.OnEof();
  EXPECT_TRUE(server.transcript.ToString().ends_with(
      "\nerror 0 downstream_remote_disconnect: request ended early\n"));
}

// What the client had sent before its end and before the answer was not delivered: the end is none.
TEST(ServerTunnel, R53_AnEndBehindBytesThatStillWaitGivesItUp) {
  ServerProbe server;
  server.Offer(std::string(kUpgrade) + "early");
  OpenTunnel(server.codec, "websocket");
  server.codec.OnEof();
  EXPECT_NE(server.transcript.ToString().find("error 0"), std::string::npos);
}

TEST(ClientTunnel, R52_TheUpgradeIsWrittenAnewAndWithoutABody) {
  ClientProbe client;
  client.Request("GET", "websocket");
  EXPECT_EQ(client.TakeOutput(),
            "GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
}

TEST(ClientTunnel, ConnectHasTheAuthorityForATarget) {
  ClientProbe client;
  client.Request("CONNECT");
  EXPECT_EQ(client.TakeOutput(), "CONNECT a HTTP/1.1\r\nhost: a\r\n\r\n");
}

TEST(ClientTunnel, R53_TheAnswerOpensItAndBytesFollowAsTheyAre) {
  ClientProbe client;
  client.Request("GET", "websocket");
  client.TakeOutput();
  client.Offer(std::string(kSwitched) + "HTTP/1.1 200 OK\r\n\r\n");
  client.codec.EncodeBody("ours");
  EXPECT_EQ(client.TakeOutput(), "ours");
  EXPECT_TRUE(client.codec.must_close());
  EXPECT_FALSE(client.codec.has_finished_sending());
  client.codec.EncodeEnd(nullptr);
  EXPECT_TRUE(client.codec.has_finished_sending());
  client.codec.OnEof();
  EXPECT_EQ(client.transcript.ToString(),
            "response 101 body unknown tunnel WebSocket {}\nbody HTTP/1.1 200 OK\r\n\r\n\nend\n");
}

TEST(ClientTunnel, FramingFieldsOfAnAnswerToConnectMeanNothing) {
  ClientProbe client;
  client.Request("CONNECT");
  client.Offer("HTTP/1.1 204 No\r\nContent-Length: 1\r\n\r\nxyz");
  EXPECT_EQ(client.transcript.ToString(), "response 204 body unknown tunnel  {}\nbody xyz\n");
}

TEST(ClientTunnel, R53_AnotherAnswerIsAResponseAndTheConnectionIsNotUsedAgain) {
  ClientProbe client;
  client.Request("GET", "websocket");
  client.Offer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno");
  EXPECT_EQ(client.transcript.ToString(), "response 200 body 2 {}\nbody no\nend\n");
  EXPECT_TRUE(client.codec.must_close());
}

TEST(ClientTunnel, R52_AnAnswerWithAnotherProtocolIsNone) {
  for (std::string_view upgrade :
       {"Upgrade: h2c\r\n", "Upgrade: x\r\n", "", "Upgrade: websocket\r\n"}) {
    ClientProbe client;
    client.Request("GET", "websocket");
    const std::string connection =
        upgrade.ends_with("websocket\r\n") ? "" : "Connection: upgrade\r\n";
    client.Offer("HTTP/1.1 101 X\r\n" + connection + std::string(upgrade) + "\r\n");
    EXPECT_NE(client.transcript.ToString().find("error 502"), std::string::npos) << upgrade;
  }
}

}  // namespace
}  // namespace outrigger::http::http1
