// match_upstream: the scheme of a request is the one by which its service is reached.
#include <string>

#include "test/integration/tls_fixture.h"
#include "test/support/http2_peer.h"

namespace outrigger::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* kMatch = "scheme_header_transformation: {match_upstream: true}";

class UpstreamScheme : public TlsTest {
 protected:
  // What a service of HTTP/2 sees of a request whose client came by https, as it says.
  Http2Message Seen(const std::string& hcm_fields) {
    StaticBootstrap bootstrap;
    bootstrap.cluster_fields = "http2_protocol_options: {}";
    bootstrap.listeners[0].hcm_fields = hcm_fields;
    StartProxy(bootstrap);
    client_ = Client();
    EXPECT_TRUE(client_.Send("GET / HTTP/1.1\r\nhost: a\r\nx-forwarded-proto: https\r\n\r\n"));
    Http2Peer service = Http2Peer::Accept(upstream_);
    return service.Read(service.AwaitHead());
  }

  RawPeer client_;
};

TEST_F(UpstreamScheme, IsThatOfTheClientOtherwise) {
  EXPECT_EQ(Seen("server_name: a").Field(":scheme"), "https");
}

TEST_F(UpstreamScheme, IsHttpOfAPlainServiceWhateverTheClientCameBy) {
  const Http2Message request = Seen(kMatch);
  EXPECT_EQ(request.Field(":scheme"), "http");
  EXPECT_THAT(request.head, Contains(Pair("x-forwarded-proto", "https")));
}

TEST_F(UpstreamScheme, IsHttpsOfAServiceBehindTls) {
  StaticBootstrap bootstrap;
  bootstrap.cluster_fields = TransportSocket("Upstream", Trust(authority_));
  bootstrap.listeners[0].hcm_fields = kMatch;
  bootstrap.listeners[0].host_fields =
      "response_headers_to_add: [{header: {key: x-scheme, value: '%REQ(:SCHEME)%'}}]";
  StartProxy(bootstrap);
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  TlsPeer service = TlsPeer::AcceptFrom(upstream_, {.identity = server_});
  service.ReadUntil("\r\n\r\n");
  ASSERT_TRUE(service.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), HasSubstr("x-scheme: https\r\n"));
}

}  // namespace
}  // namespace outrigger::test
