// Services that speak TLS, and those that do not.
#include "test/integration/tls_fixture.h"

namespace outrigger::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class TlsUpstreamTest : public TlsTest {
 protected:
  TlsPeer Service(TlsPeerOptions options = {}) {
    if (!options.identity.has_value()) options.identity = server_;
    return TlsPeer::AcceptFrom(upstream_, options);
  }
  // What a client is answered whose request meets a service of that identity.
  std::string AnswerWith(const Identity& identity) {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send(kGet));
    const TlsPeer service = Service({.identity = identity});
    return client.ReadMessage();
  }
};

TEST_F(TlsUpstreamTest, SpeaksTlsAndKeepsTheConnection) {
  StartTlsCluster(Trust(authority_), "sni: server.test");
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  TlsPeer service = Service({.application_protocols = "\x08http/1.1"});
  EXPECT_EQ(service.server_name(), "server.test");
  EXPECT_EQ(service.application_protocol(), "http/1.1");
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(service.ReadUntil("\r\n\r\n"), StartsWith("GET / "));
    ASSERT_TRUE(service.Send(kOk));
    EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nok"));
    ASSERT_TRUE(client.Send(kGet));
  }
  EXPECT_EQ(proxy_->Stat("cluster.service.ssl.handshake"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_total"), 1);
}

TEST_F(TlsUpstreamTest, ShowsItsCertificate) {
  StartTlsCluster(Certificates(client_) + ", " + Trust(authority_));
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  TlsPeer service = Service({.trusted_pem = authority_.pem(), .requires_certificate = true});
  EXPECT_TRUE(service.is_connected()) << service.failure();
  EXPECT_THAT(service.ReadUntil("\r\n\r\n"), StartsWith("GET / "));
}

TEST_F(TlsUpstreamTest, OffersHttp2ToAServiceThatIsToSpeakIt) {
  StartTlsCluster(Trust(authority_), "", "http2_protocol_options: {}");
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  TlsPeer service = Service({.application_protocols = "\x02h2"});
  EXPECT_EQ(service.application_protocol(), "h2");
  EXPECT_EQ(service.ReadBytes(24), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
}

TEST_F(TlsUpstreamTest, OffersWhatTheConfigurationNamesInstead) {
  StartTlsCluster(Trust(authority_) + ", alpn_protocols: [istio]");
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_EQ(Service({.application_protocols = "\x05istio"}).application_protocol(), "istio");
}

TEST_F(TlsUpstreamTest, NoRequestGoesToAServiceThatIsNotTrusted) {
  StartTlsCluster(Trust(authority_));
  const Authority other;
  EXPECT_THAT(AnswerWith(other.Issue("DNS:server.test")), StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(proxy_->Stat("cluster.service.ssl.fail_verify_error"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_connect_fail"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_rq_pending_failure_eject"), 1);
}

TEST_F(TlsUpstreamTest, NoRequestGoesToAServiceOfAnotherName) {
  StartTlsCluster(Trust(authority_,
                        "match_typed_subject_alt_names: [{san_type: DNS, matcher: {exact: "
                        "api.test}}]"));
  EXPECT_THAT(AnswerWith(server_), StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(proxy_->Stat("cluster.service.ssl.fail_verify_san"), 1);
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  TlsPeer service = Service({.identity = authority_.Issue("DNS:*.test")});
  EXPECT_THAT(service.ReadUntil("\r\n\r\n"), StartsWith("GET / "));
}

// Bytes before TLS is agreed on are no response.
TEST_F(TlsUpstreamTest, R64_NoAnswerIsTakenInPlaintext) {
  StartTlsCluster(Trust(authority_));
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  RawPeer service = upstream_.Accept();
  ASSERT_TRUE(service.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(proxy_->Stat("cluster.service.ssl.connection_error"), 1);
}

// The length of this body is told by its end alone, and the end was not said.
TEST_F(TlsUpstreamTest, R15_ABodyIsNotWholeWhenItsEndIsNotSaid) {
  StartTlsCluster(Trust(authority_));
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  TlsPeer service = Service();
  service.ReadUntil("\r\n\r\n");
  ASSERT_TRUE(service.Send("HTTP/1.1 200 OK\r\n\r\nhalf of"));
  EXPECT_THAT(client.ReadUntil("half of"), HasSubstr("chunked"));
  service.Close();
  // No last chunk.
  EXPECT_EQ(client.ReadToEnd(), "\r\n");
}

TEST_F(TlsUpstreamTest, ABodyIsWholeWhenItsEndIsSaid) {
  StartTlsCluster(Trust(authority_));
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  TlsPeer service = Service();
  service.ReadUntil("\r\n\r\n");
  ASSERT_TRUE(service.Send("HTTP/1.1 200 OK\r\n\r\nall of it"));
  service.SayEnd();
  EXPECT_THAT(client.ReadUntil("0\r\n\r\n"), EndsWith("all of it\r\n0\r\n\r\n"));
}

// F11: an idle connection that its peer has ended is seen, as in plaintext, and the request goes by
// another one.
TEST_F(TlsUpstreamTest, ARequestOutlivesAnIdleConnectionThatWasClosed) {
  StartTlsCluster(Trust(authority_));
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"));
  TlsPeer first = Service();
  first.ReadUntil("\r\n\r\n");
  ASSERT_TRUE(first.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nok"));
  first.Close();
  ASSERT_TRUE(client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"));
  TlsPeer second = Service();
  EXPECT_THAT(second.ReadUntil("\r\n\r\n"), StartsWith("POST / "));
  ASSERT_TRUE(second.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nok"));
}

}  // namespace
}  // namespace outrigger::test
