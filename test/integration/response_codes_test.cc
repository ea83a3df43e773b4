// Answers of a cluster by status, in every form of /stats.
#include "test/integration/http_fixture.h"
#include "test/support/http_client.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class ResponseCodesTest : public HttpTest {
 protected:
  void Ask(std::string_view status) {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    RawPeer service = upstream_.Accept();
    service.ReadUntil("\r\n\r\n");
    EXPECT_TRUE(service.Send("HTTP/1.1 " + std::string(status) +
                             "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"));
    EXPECT_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 " + std::string(status)));
  }
  std::string Get(const std::string& target) {
    return HttpClient(proxy_->admin_port()).Get(target).value_or(Answer()).body;
  }
};

TEST_F(ResponseCodesTest, AppearWithTheFirstAnswerThatHasThem) {
  StartProxy(StaticBootstrap());
  EXPECT_EQ(Get("/stats?filter=service.upstream_rq_\\d\\d\\d"), "");
  EXPECT_EQ(Get("/stats/prometheus?filter=service.upstream_rq_\\d\\d\\d"), "");
  Ask("200 OK");
  Ask("200 OK");
  Ask("404 Not Found");
  EXPECT_EQ(Get("/stats?filter=service.upstream_rq_\\d\\d\\d"),
            "cluster.service.upstream_rq_200: 2\ncluster.service.upstream_rq_404: 1\n");
  EXPECT_EQ(Get("/stats?format=json&filter=service.upstream_rq_4\\d\\d"),
            "{\"stats\":[{\"name\":\"cluster.service.upstream_rq_404\",\"value\":1}]}");
  EXPECT_THAT(Get("/stats/prometheus?filter=service.upstream_rq_\\d\\d\\d"),
              HasSubstr("# TYPE envoy_cluster_upstream_rq counter\n"
                        "envoy_cluster_upstream_rq{envoy_response_code=\"200\",envoy_cluster_name="
                        "\"service\"} 2\n"
                        "envoy_cluster_upstream_rq{envoy_response_code=\"404\",envoy_cluster_name="
                        "\"service\"} 1\n"));
}

TEST_F(ResponseCodesTest, CountAnswersInPlaceOfTheServicesToo) {
  StartProxy(StaticBootstrap());
  RawPeer client = Client();
  EXPECT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  RawPeer service = upstream_.Accept();
  service.ReadUntil("\r\n\r\n");
  service.Reset();
  EXPECT_THAT(client.ReadToEnd(), StartsWith("HTTP/1.1 503"));
  EXPECT_EQ(proxy_->Stat("cluster.service.upstream_rq_503"), 1);
}

TEST_F(ResponseCodesTest, BeginAnewWithAllCountersAndStayThere) {
  StartProxy(StaticBootstrap());
  Ask("200 OK");
  ASSERT_TRUE(HttpClient(proxy_->admin_port())
                  .Send("POST /reset_counters HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                  .has_value());
  EXPECT_EQ(Get("/stats?filter=service.upstream_rq_200"), "cluster.service.upstream_rq_200: 0\n");
  EXPECT_EQ(Get("/stats?usedonly&filter=service.upstream_rq_200"), "");
}

}  // namespace
}  // namespace outrigger::test
