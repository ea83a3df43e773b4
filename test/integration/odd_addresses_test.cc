// R70: whatever a client calls an address (x-forwarded-for, Host, the target), it gets an answer,
// and so do the others.
#include <fmt/format.h>

#include "test/integration/http_fixture.h"
#include "test/support/http2_peer.h"

namespace outrigger::test {
namespace {

using testing::StartsWith;

constexpr std::string_view kOdd[] = {
    "fe80::1%lo",
    "fe80::1%nosuch",
    "fe80::1%25eth0",
    "[fe80::1%lo]",
    "::ffff:1.2.3.4",
    "[::ffff:1.2.3.4]",
    "[::ffff:1.2.3.4]:80",
    "[::1]:0",
    "[::1",
    "::1",
    "[::1]x",
    "[::1]:",
    "[]",
    "[]:80",
    "[:::]",
    "[1.2.3.4]",
    "[v1.x]",
    "1.2.3",
    "256.1.1.1",
    "1.2.3.4:0",
    "1.2.3.4:65535",
    "1.2.3.4:65536",
    "1.2.3.4:-1",
    "1.2.3.4:+80",
    "1.2.3.4:x",
    "1.2.3.4:",
    "1.2.3.4:99999999999999999999",
    "a:80:80",
    ":",
    ".",
    "..",
    "%41",
    "unknown",
    "/run/x",
    "@x",
    "1.2.3.4,",
    ", ,",
    "1.2.3.4%lo",
};

class OddAddressesTest : public HttpTest {
 protected:
  void StartWith(const std::string& hcm_fields) {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].hcm_fields = hcm_fields;
    bootstrap.listeners[0].routes =
        "[{match: {prefix: /odd}, direct_response: {status: 200}}, "
        "{match: {prefix: /}, route: {cluster: service}}]";
    StartProxy(bootstrap);
    bystander_.Start(port_, upstream_);
  }
  // Of a request on a connection of its own.
  int StatusOf(const std::string& request) {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send(request));
    const std::string head = client.ReadUntil("\r\n\r\n");
    EXPECT_THAT(head, StartsWith("HTTP/1.1 "));
    return head.size() < 12 ? -1 : std::stoi(head.substr(9, 3));
  }
  Bystander bystander_;
};

TEST_F(OddAddressesTest, R70_InXForwardedForTheyArePassedOver) {
  for (const char* trust : {"use_remote_address: true, xff_num_trusted_hops: 1",
                            "xff_num_trusted_hops: 1", "use_remote_address: true",
                            "internal_address_config: {cidr_ranges: [{address_prefix: "
                            "\"::\", prefix_len: 0}, {address_prefix: 0.0.0.0, "
                            "prefix_len: 0}]}"}) {
    StartWith(trust);
    for (const std::string_view odd : kOdd) {
      EXPECT_EQ(
          StatusOf(fmt::format("GET /odd HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {}\r\n\r\n", odd)),
          200)
          << odd;
    }
    bystander_.Finish();
    bystander_ = Bystander();
  }
}

TEST_F(OddAddressesTest, R70_AsAHostTheyAreServedOrRefused) {
  StartWith("strip_any_host_port: true");
  for (const std::string_view odd : kOdd) {
    const int by_host = StatusOf(fmt::format("GET /odd HTTP/1.1\r\nHost: {}\r\n\r\n", odd));
    EXPECT_TRUE(by_host == 200 || by_host == 400) << odd << ": " << by_host;
    const int by_target =
        StatusOf(fmt::format("GET http://{0}/odd HTTP/1.1\r\nHost: {0}\r\n\r\n", odd));
    EXPECT_TRUE(by_target == 200 || by_target == 400) << odd << ": " << by_target;
    const int by_connect = StatusOf(fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n\r\n", odd));
    EXPECT_TRUE(by_connect == 400 || by_connect == 403 || by_connect == 404)
        << odd << ": " << by_connect;
  }
  bystander_.Finish();
}

TEST_F(OddAddressesTest, R70_AsAnAuthorityTheyAreServedOrRefused) {
  StartWith("strip_any_host_port: true");
  for (const std::string_view odd : kOdd) {
    Http2Peer client = Http2Peer::ConnectTo(port_);
    ASSERT_TRUE(client.SendHead(1,
                                {{":method", "GET"},
                                 {":scheme", "http"},
                                 {":path", "/odd"},
                                 {":authority", std::string(odd)}},
                                true));
    const Http2Message message = client.Read(1);
    const std::string status = message.Field(":status");
    EXPECT_TRUE(status == "200" || status == "400" || message.reset.has_value())
        << odd << ": " << status;
  }
  bystander_.Finish();
}

}  // namespace
}  // namespace outrigger::test
