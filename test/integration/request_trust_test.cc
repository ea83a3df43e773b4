// Whom the proxy believes about a client, and what it writes of it to the service and back. The
// tables are in unit/downstream/client_identity_test.cc.
#include <string>
#include <string_view>

#include "test/integration/http_fixture.h"
#include "test/support/http2_peer.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kInside =
    "internal_address_config: {cidr_ranges: [{address_prefix: 127.0.0.0, prefix_len: 8}]}";

class RequestTrust : public HttpTest {
 protected:
  void StartWith(std::string_view hcm_fields,
                 std::string_view routes = "[{match: {prefix: /}, route: {cluster: service}}]") {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].hcm_fields = hcm_fields;
    bootstrap.listeners[0].routes = routes;
    StartProxy(bootstrap);
  }
  // What the service sees of a request with these fields.
  std::string Seen(const std::string& fields = "", std::string_view response = kOk) {
    RawPeer client = Client();
    service_ = RawPeer();
    const std::string seen =
        Forwarded(client, "GET / HTTP/1.1\r\nhost: a\r\n" + fields + "\r\n", "\r\n\r\n");
    EXPECT_TRUE(service_.Send(response));
    answer_ = client.ReadMessage();
    return seen;
  }
  static std::string ValueOf(const std::string& message, const std::string& name) {
    const size_t at = message.find("\r\n" + name + ": ");
    if (at == message.npos) return "(absent)";
    const size_t start = at + name.size() + 4;
    return message.substr(start, message.find("\r\n", start) - start);
  }

  std::string answer_;
};

TEST_F(RequestTrust, R49_AtTheEdgeNobodyIsBelieved) {
  StartWith("use_remote_address: true");
  const std::string seen = Seen(
      "x-forwarded-for: 1.2.3.4\r\nx-forwarded-proto: https\r\nx-request-id: mine\r\n"
      "x-envoy-internal: true\r\nx-envoy-external-address: 6.6.6.6\r\n"
      "x-envoy-upstream-rq-timeout-ms: 1\r\nx-envoy-original-path: /x\r\n"
      "x-forwarded-client-cert: Hash=1\r\nx-envoy-attempt-count: 3\r\n"
      "x-envoy-peer-metadata: m\r\n");
  EXPECT_EQ(ValueOf(seen, "x-forwarded-for"), "1.2.3.4,127.0.0.1");
  EXPECT_EQ(ValueOf(seen, "x-forwarded-proto"), "http");
  EXPECT_EQ(ValueOf(seen, "x-envoy-external-address"), "127.0.0.1");
  EXPECT_EQ(ValueOf(seen, "x-request-id").size(), 36u);
  EXPECT_EQ(ValueOf(seen, "x-envoy-expected-rq-timeout-ms"), "15000");
  EXPECT_EQ(ValueOf(seen, "x-envoy-attempt-count"), "3");
  EXPECT_EQ(ValueOf(seen, "x-envoy-peer-metadata"), "m");
  for (const char* name : {"x-envoy-internal", "x-envoy-upstream-rq-timeout-ms",
                           "x-envoy-original-path", "x-forwarded-client-cert"}) {
    EXPECT_EQ(ValueOf(seen, name), "(absent)") << name;
  }
}

TEST_F(RequestTrust, R49_NoAddressIsInternalByDefault) {
  StartWith("");
  EXPECT_EQ(ValueOf(Seen("x-forwarded-for: 10.0.0.1\r\n"), "x-envoy-internal"), "(absent)");
  StartWith("use_remote_address: true");
  EXPECT_EQ(ValueOf(Seen(), "x-envoy-internal"), "(absent)");
}

TEST_F(RequestTrust, R49_WhoIsInsideIsToldSo) {
  StartWith("use_remote_address: true, " + std::string(kInside));
  const std::string seen = Seen("x-request-id: mine\r\nx-envoy-upstream-rq-timeout-ms: 2000\r\n");
  EXPECT_EQ(ValueOf(seen, "x-envoy-internal"), "true");
  EXPECT_EQ(ValueOf(seen, "x-envoy-external-address"), "(absent)");
  EXPECT_EQ(ValueOf(seen, "x-request-id"), "mine");
  EXPECT_EQ(ValueOf(seen, "x-envoy-expected-rq-timeout-ms"), "2000");
  EXPECT_EQ(ValueOf(seen, "x-envoy-upstream-rq-timeout-ms"), "(absent)");
}

TEST_F(RequestTrust, R50_AClientBehindProxiesIsCountedFromTheRight) {
  StartWith("use_remote_address: true, xff_num_trusted_hops: 1");
  const std::string seen =
      Seen("x-forwarded-for: 9.9.9.9, 1.2.3.4\r\nx-forwarded-proto: https\r\n");
  EXPECT_EQ(ValueOf(seen, "x-envoy-external-address"), "1.2.3.4");
  EXPECT_EQ(ValueOf(seen, "x-forwarded-proto"), "https");
  const std::string malformed = Seen("x-forwarded-for: 9.9.9.9, nobody\r\n");
  EXPECT_EQ(ValueOf(malformed, "x-envoy-external-address"), "127.0.0.1");
  EXPECT_EQ(ValueOf(malformed, "x-forwarded-for"), "9.9.9.9, nobody,127.0.0.1");
}

TEST_F(RequestTrust, R50_ConnectionDoesNotTakeOurFieldsAway) {
  StartWith("use_remote_address: true");
  const std::string seen = Seen(
      "connection: x-forwarded-for, x-request-id, x-envoy-external-address, x-mine\r\n"
      "x-forwarded-for: 1.2.3.4\r\nx-mine: 1\r\n");
  EXPECT_EQ(ValueOf(seen, "x-forwarded-for"), "1.2.3.4,127.0.0.1");
  EXPECT_EQ(ValueOf(seen, "x-envoy-external-address"), "127.0.0.1");
  EXPECT_NE(ValueOf(seen, "x-request-id"), "(absent)");
  EXPECT_EQ(ValueOf(seen, "x-mine"), "(absent)");
}

TEST_F(RequestTrust, R49_RoutesSeeWhatIsBelieved) {
  StartWith("use_remote_address: true",
            "[{match: {prefix: /, headers: [{name: x-envoy-internal, present_match: true}]}, "
            "direct_response: {status: 202}}, {match: {prefix: /}, route: {cluster: service}}]");
  EXPECT_THAT(Seen("x-envoy-internal: true\r\n"), StartsWith("GET / "));
}

TEST_F(RequestTrust, NothingIsAppendedWhereConfigured) {
  StartWith("use_remote_address: true, skip_xff_append: true, append_x_forwarded_port: true");
  const std::string seen = Seen("x-forwarded-for: 1.2.3.4\r\n");
  EXPECT_EQ(ValueOf(seen, "x-forwarded-for"), "1.2.3.4");
  EXPECT_EQ(ValueOf(seen, "x-forwarded-port"), std::to_string(port_));
}

TEST_F(RequestTrust, RequestIdsAreKeptOrMadeAsConfigured) {
  StartWith("use_remote_address: true, preserve_external_request_id: true");
  EXPECT_EQ(ValueOf(Seen("x-request-id: mine\r\n"), "x-request-id"), "mine");
  StartWith("generate_request_id: false, always_set_request_id_in_response: true");
  EXPECT_EQ(ValueOf(Seen(), "x-request-id"), "(absent)");
  EXPECT_EQ(ValueOf(answer_, "x-request-id"), "(absent)");
  EXPECT_EQ(ValueOf(Seen("x-request-id: mine\r\n"), "x-request-id"), "mine");
  EXPECT_EQ(ValueOf(answer_, "x-request-id"), "mine");
}

TEST_F(RequestTrust, ViaIsWrittenBothWays) {
  StartWith("via: me");
  const std::string seen =
      Seen("via: 1.1 a\r\n", "HTTP/1.1 200 OK\r\nvia: 1.1 b\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(ValueOf(seen, "via"), "1.1 a, me");
  EXPECT_EQ(ValueOf(answer_, "via"), "1.1 b, me");
  EXPECT_EQ(ValueOf(Seen(), "via"), "me");
}

TEST_F(RequestTrust, TheServerHeaderIsWrittenAsConfigured) {
  constexpr std::string_view kNamed =
      "HTTP/1.1 200 OK\r\nserver: theirs\r\nContent-Length: 0\r\n\r\n";
  const auto server = [this](std::string_view response) {
    Seen("", response);
    return ValueOf(answer_, "server");
  };
  StartWith("server_name: mine");
  EXPECT_EQ(server(kNamed), "mine");
  StartWith("server_name: mine, server_header_transformation: APPEND_IF_ABSENT");
  EXPECT_EQ(server(kNamed), "theirs");
  EXPECT_EQ(server(kOk), "mine");
  StartWith("server_name: mine, server_header_transformation: PASS_THROUGH");
  EXPECT_EQ(server(kNamed), "theirs");
  EXPECT_EQ(server(kOk), "(absent)");
}

TEST_F(RequestTrust, TheSchemeIsWrittenAsConfigured) {
  StartWith("scheme_header_transformation: {scheme_to_overwrite: https}");
  EXPECT_EQ(ValueOf(Seen("x-forwarded-proto: ftp\r\n"), "x-forwarded-proto"), "https");
}

TEST_F(RequestTrust, R45_TheSchemeOfRedirectsIgnoresCase) {
  StartWith("", "[{match: {prefix: /}, redirect: {path_redirect: /x}}]");
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nhost: A\r\nx-forwarded-proto: HTTPS\r\n\r\n"));
  EXPECT_EQ(ValueOf(client.ReadMessage(), "location"), "https://A/x");
}

TEST_F(RequestTrust, R49_RequestsOfHttp2AreNotBelievedEither) {
  StartWith("use_remote_address: true");
  Http2Peer client = Http2Peer::ConnectTo(port_);
  Fields fields = GetFields("/");
  fields.emplace_back("x-forwarded-for", "1.2.3.4");
  fields.emplace_back("x-envoy-retry-on", "5xx");
  fields.emplace_back("x-forwarded-client-cert", "Hash=1");
  ASSERT_TRUE(client.SendHead(1, fields, true));
  service_ = upstream_.Accept();
  EXPECT_THAT(service_.ReadUntil("\r\n\r\n"),
              AllOf(HasSubstr("\r\nx-forwarded-for: 1.2.3.4,127.0.0.1\r\n"),
                    Not(HasSubstr("x-envoy-retry-on")), Not(HasSubstr("client-cert"))));
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_EQ(client.Read(1).Field(":status"), "200");
}

}  // namespace
}  // namespace outrigger::test
