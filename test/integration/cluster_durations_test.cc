// How long exchanges with a cluster, and connections to it, may take, compared with a real Envoy
// 1.40.
#include "test/integration/http_fixture.h"
#include "test/support/log_folder.h"

namespace outrigger::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class ClusterDurationsTest : public HttpTest {
 protected:
  // `options`: of the cluster's common_http_protocol_options.
  void Start(const std::string& options) {
    StaticBootstrap bootstrap;
    bootstrap.cluster_fields = "common_http_protocol_options: {" + options + "}";
    bootstrap.listeners[0].hcm_fields =
        "access_log: [{name: file, typed_config: {'@type': type.googleapis.com/envoy.extensions."
        "access_loggers.file.v3.FileAccessLog, path: " +
        logs_.Path("log") +
        ", log_format: {text_format_source: {inline_string: \"%RESPONSE_CODE% %RESPONSE_FLAGS% "
        "%RESPONSE_CODE_DETAILS%\\n\"}}}}]";
    StartProxy(bootstrap);
  }
  LogFolder logs_;
};

TEST_F(ClusterDurationsTest, AnExchangeThatTakesTooLongIsAnswered) {
  Start("max_stream_duration: 0.1s");
  RawPeer client = Client();
  Forwarded(client, kGet, "\r\n\r\n");
  EXPECT_THAT(client.ReadMessage(),
              testing::AllOf(StartsWith("HTTP/1.1 504 Gateway Timeout\r\n"),
                             EndsWith("\r\n\r\nupstream max stream duration reached")));
  EXPECT_TRUE(service_.HasEnded());
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_rq_max_duration_reached"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_rq_completed"), 0) << "as in Envoy";
  EXPECT_EQ(logs_.NextLine("log"), "504 UMSDR upstream_max_stream_duration_reached");
}

TEST_F(ClusterDurationsTest, AnExchangeThatHasBegunToBeAnsweredIsCut) {
  Start("max_stream_duration: 0.1s");
  RawPeer client = Client();
  Forwarded(client, kGet, "\r\n\r\n");
  ASSERT_TRUE(service_.Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"));
  EXPECT_THAT(client.ReadToEnd(), EndsWith("\r\n\r\nhalf"));
  EXPECT_TRUE(service_.HasEnded());
  EXPECT_EQ(logs_.NextLine("log"), "200 UMSDR upstream_max_stream_duration_reached");
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_rq_max_duration_reached"), 1);
}

TEST_F(ClusterDurationsTest, AGrpcClientIsToldInItsOwnWords) {
  Start("max_stream_duration: 0.1s");
  RawPeer client = Client();
  Forwarded(client, "GET /s.S/M HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\n\r\n",
            "\r\n\r\n");
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"),
              testing::AllOf(HasSubstr("\r\ngrpc-status: 14\r\n"),
                             HasSubstr("\r\ngrpc-message: upstream max stream duration "
                                       "reached\r\n")));
}

TEST_F(ClusterDurationsTest, AnExchangeThatEndsInTimeLeavesNothingBehind) {
  Start("max_stream_duration: 60s");
  RawPeer client = Client();
  for (int i = 0; i < 2; ++i) {
    Forwarded(client, kGet, "\r\n\r\n");
    ASSERT_TRUE(service_.Send(kOk));
    EXPECT_THAT(client.ReadMessage(), EndsWith("ok"));
  }
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_total"), 1);
}

TEST_F(ClusterDurationsTest, AConnectionThatIsOldEnoughEndsWhenItIsIdle) {
  Start("max_connection_duration: 0.1s");
  RawPeer client = Client();
  Forwarded(client, kGet, "\r\n\r\n");
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), EndsWith("ok"));
  EXPECT_TRUE(service_.HasEnded());
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_max_duration_reached"), 1);
  service_.Close();
  Forwarded(client, kGet, "\r\n\r\n");
  ASSERT_TRUE(proxy_->WaitForStat("cluster.service.upstream_cx_max_duration_reached", 2));
  ASSERT_TRUE(service_.Send(kOk));
  EXPECT_THAT(client.ReadMessage(), EndsWith("ok")) << "the exchange under way goes on";
  EXPECT_TRUE(service_.HasEnded());
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_cx_destroy_local"), 2);
}

}  // namespace
}  // namespace outrigger::test
