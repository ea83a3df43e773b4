// How the names of fields are written where HTTP/1 is spoken: in lower case, unless the
// configuration asks for capitals, or for what the sender wrote.
#include <string>
#include <string_view>

#include "test/integration/http_fixture.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kProper = "{header_key_format: {proper_case_words: {}}}";
constexpr std::string_view kPreserve =
    "{header_key_format: {stateful_formatter: {name: p, typed_config: {\"@type\": "
    "type.googleapis.com/envoy.extensions.http.header_formatters.preserve_case.v3."
    "PreserveCaseFormatterConfig}}}}";

class HeaderCase : public HttpTest {
 protected:
  void StartProxyWith(std::string_view listener, std::string_view cluster) {
    StaticBootstrap bootstrap;
    if (!listener.empty()) {
      bootstrap.listeners[0].hcm_fields = "http_protocol_options: " + std::string(listener);
    }
    if (!cluster.empty()) {
      bootstrap.cluster_fields = "http_protocol_options: " + std::string(cluster);
    }
    StartProxy(bootstrap);
  }
  std::string RequestSeen() {
    client_ = Client();
    return Forwarded(client_,
                     "POST / HTTP/1.1\r\nHOST: a\r\nX-One_two: 1\r\nlower: 2\r\nuser-AGENT: b\r\n"
                     "X-One_two: 3\r\nContent-Length: 2\r\n\r\nab",
                     "\r\n\r\nab");
  }
  std::string ResponseSeen() {
    EXPECT_TRUE(service_.Send("HTTP/1.1 200 OK\r\nETag: x\r\nContent-LENGTH: 2\r\n\r\nok"));
    return client_.ReadUntil("\r\n\r\nok");
  }

  RawPeer client_;
};

TEST_F(HeaderCase, IsLowerByDefault) {
  StartProxyWith("", "");
  EXPECT_THAT(RequestSeen(), AllOf(HasSubstr("\r\nhost: a\r\nx-one_two: 1\r\nlower: 2\r\n"),
                                   HasSubstr("\r\ncontent-length: 2\r\n")));
  EXPECT_THAT(ResponseSeen(), HasSubstr("\r\netag: x\r\n"));
}

TEST_F(HeaderCase, ProperWordsAreWrittenOnTheSideThatAsks) {
  StartProxyWith("", kProper);
  EXPECT_THAT(RequestSeen(),
              AllOf(HasSubstr("\r\nHost: a\r\nX-One_Two: 1\r\nLower: 2\r\nUser-Agent: b\r\n"),
                    HasSubstr("\r\nX-Request-Id: "), HasSubstr("\r\nContent-Length: 2\r\n")));
  EXPECT_THAT(ResponseSeen(), HasSubstr("\r\netag: x\r\n"));
}

TEST_F(HeaderCase, AListenersProperWordsAreTheResponses) {
  StartProxyWith(kProper, "");
  EXPECT_THAT(RequestSeen(), HasSubstr("\r\nhost: a\r\n"));
  EXPECT_THAT(ResponseSeen(),
              AllOf(HasSubstr("\r\nEtag: x\r\n"), HasSubstr("\r\nServer: envoy\r\n"),
                    HasSubstr("\r\nContent-Length: 2\r\n")));
  RawPeer refused = Client();
  ASSERT_TRUE(refused.Send("nonsense\r\n\r\n"));
  EXPECT_THAT(refused.ReadToEnd(), HasSubstr("\r\nConnection: close\r\n"));
}

TEST_F(HeaderCase, AListenerThatPreservesItKeepsTheClientsNames) {
  StartProxyWith(kPreserve, "");
  EXPECT_THAT(RequestSeen(),
              AllOf(HasSubstr("\r\nHOST: a\r\nX-One_two: 1\r\nlower: 2\r\nuser-AGENT: b\r\n"
                              "X-One_two: 3\r\n"),
                    HasSubstr("\r\nContent-Length: 2\r\n"), HasSubstr("\r\nx-request-id: ")));
  EXPECT_THAT(ResponseSeen(), HasSubstr("\r\netag: x\r\n"));
}

TEST_F(HeaderCase, AClusterThatPreservesItKeepsTheServicesNames) {
  StartProxyWith("", kPreserve);
  EXPECT_THAT(RequestSeen(), HasSubstr("\r\nhost: a\r\n"));
  EXPECT_THAT(ResponseSeen(),
              AllOf(StartsWith("HTTP/1.1 200 OK\r\nETag: x\r\n"),
                    HasSubstr("\r\nContent-LENGTH: 2\r\n"), HasSubstr("\r\nserver: envoy\r\n")));
}

}  // namespace
}  // namespace outrigger::test
