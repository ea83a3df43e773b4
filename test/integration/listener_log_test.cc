// The access logs of listeners: a line for each connection, whatever came over it.
#include <fmt/format.h>

#include <string>

#include "test/integration/tls_fixture.h"
#include "test/support/http2_peer.h"
#include "test/support/log_folder.h"

namespace outrigger::test {
namespace {

using testing::EndsWith;
using testing::MatchesRegex;
using testing::StartsWith;

constexpr std::string_view kShort =
    "%PROTOCOL% %RESPONSE_CODE% %RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% %BYTES_RECEIVED% "
    "%BYTES_SENT% %UPSTREAM_CLUSTER% %FILTER_CHAIN_NAME% %ACCESS_LOG_TYPE% %REQ(:PATH)%\\n";

class ListenerLog : public TlsTest {
 protected:
  void StartWith(StaticListener listener, std::string_view format = kShort,
                 const std::string& filter = "") {
    listener.fields =
        "access_log: [{name: file, " + filter +
        "typed_config: {'@type': type.googleapis.com/envoy.extensions.access_loggers.file.v3."
        "FileAccessLog, path: '" +
        folder_.Path("log") + "', log_format: {text_format_source: {inline_string: \"" +
        std::string(format) + "\"}}}}]";
    if (!listener.chain_fields.empty()) listener.chain_fields += ", ";
    listener.chain_fields += "name: chain";
    StaticBootstrap bootstrap;
    bootstrap.listeners = {std::move(listener)};
    StartProxy(bootstrap);
  }
  std::string Line() { return folder_.NextLine("log"); }
  // One more exchange of the client; how many bytes it was answered with.
  size_t Exchange(RawPeer& client) {
    EXPECT_THAT(Forwarded(client, kGet, "\r\n\r\n"), StartsWith("GET / "));
    EXPECT_TRUE(service_.Send(kOk));
    const std::string answer = client.ReadMessage();
    EXPECT_THAT(answer, EndsWith("ok"));
    return answer.size();
  }

  LogFolder folder_;
};

TEST_F(ListenerLog, HasOneLineForAllThatCameOverAConnection) {
  StartWith({});
  RawPeer client = Client();
  size_t sent = Exchange(client);
  sent += Exchange(client);
  client.Close();
  EXPECT_EQ(Line(), fmt::format("HTTP/1.1 0 - - {} {} - chain NotSet -", 2 * kGet.size(), sent));
}

TEST_F(ListenerLog, TellsHttp2) {
  StartWith({});
  Http2Peer client = Http2Peer::ConnectTo(port_);
  ASSERT_TRUE(client.SendHead(1, GetFields(), true));
  service_ = upstream_.Accept();
  service_.ReadUntil("\r\n\r\n");
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_EQ(client.Read(1).body, "ok");
  client.raw().Close();
  EXPECT_THAT(Line(), MatchesRegex("HTTP/2 0 - - [0-9]+ [0-9]+ - chain NotSet -"));
}

TEST_F(ListenerLog, TellsAConnectionThatSaysNothing) {
  StartWith({});
  Client().Close();
  EXPECT_EQ(Line(), "- 0 - - 0 0 - chain NotSet -");
}

TEST_F(ListenerLog, FlagsBytesThatAreNoRequest) {
  StartWith({});
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(std::string_view("\0\1\2\r\n\r\n", 7)));
  const std::string answer = client.ReadToEnd();
  client.Close();
  EXPECT_EQ(Line(), fmt::format("- 0 DPE - 7 {} - chain NotSet -", answer.size()));
  // After a good one the protocol is known.
  RawPeer other = Client();
  Exchange(other);
  ASSERT_TRUE(other.Send(std::string_view("\0\1\2\r\n\r\n", 7)));
  other.ReadToEnd();
  other.Close();
  EXPECT_THAT(Line(), StartsWith("HTTP/1.1 0 DPE - "));
}

TEST_F(ListenerLog, TellsWhereATcpConnectionWent) {
  StaticListener listener;
  listener.tcp_fields = "cluster: service";
  StartWith(listener);
  RawPeer client = Client();
  ASSERT_TRUE(client.Send("abc"));
  service_ = upstream_.Accept();
  ASSERT_EQ(service_.ReadBytes(3), "abc");
  ASSERT_TRUE(service_.Send("defgh"));
  ASSERT_EQ(client.ReadBytes(5), "defgh");
  client.Close();
  service_.Close();
  EXPECT_EQ(Line(), "- 0 - - 3 5 service chain NotSet -");
}

TEST_F(ListenerLog, TellsAConnectionThatNoFilterChainTakes) {
  StaticListener listener;
  listener.chain_fields =
      "filter_chain_match: {source_prefix_ranges: [{address_prefix: 10.9.9.9, prefix_len: 32}]}";
  StartWith(listener, kShort, "filter: {response_flag_filter: {flags: [NR]}}, ");
  EXPECT_TRUE(Client().HasEnded());
  EXPECT_EQ(Line(), "- 0 NR filter_chain_not_found 0 0 - - NotSet -");
}

constexpr std::string_view kEnd =
    "%FILTER_CHAIN_NAME% %DOWNSTREAM_TRANSPORT_FAILURE_REASON% %CONNECTION_TERMINATION_DETAILS%\\n";

TEST_F(ListenerLog, TellsWhyAHandshakeFailed) {
  StaticListener listener;
  listener.chain_fields = TransportSocket("Downstream", Certificates(server_));
  StartWith(listener, kEnd);
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(kGet));
  client.ReadToEnd();
  EXPECT_EQ(Line(), "chain HTTP_REQUEST -");
}

TEST_F(ListenerLog, TellsThatAHandshakeTookTooLong) {
  StaticListener listener;
  listener.chain_fields = TransportSocket("Downstream", Certificates(server_)) +
                          ", transport_socket_connect_timeout: 0.05s";
  StartWith(listener, kEnd);
  EXPECT_TRUE(Client().HasEnded());
  EXPECT_EQ(Line(), "chain - transport socket timeout was reached");
}

}  // namespace
}  // namespace outrigger::test
