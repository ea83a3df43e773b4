// stats_config of the bootstrap, as /stats and /stats/prometheus of the whole proxy show it.
#include "test/integration/http_fixture.h"
#include "test/support/http_client.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class StatsOptionsTest : public ::testing::Test {
 protected:
  // One request that the proxy answers itself, by a bootstrap with that stats_config.
  void Start(const std::string& stats_config) {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].routes = "[{match: {prefix: /}, direct_response: {status: 200}}]";
    proxy_ = std::make_unique<RunningProxy>(bootstrap.ToYaml() + "\nstats_config: {" +
                                            stats_config + "}\n");
    ASSERT_TRUE(HttpClient(proxy_->ListenerPort("ingress")).Get("/").has_value());
  }
  std::string Get(const std::string& target) {
    return HttpClient(proxy_->admin_port()).Get(target).value_or(Answer()).body;
  }
  std::unique_ptr<RunningProxy> proxy_;
};

constexpr const char* kIstioTags =
    "use_all_default_tags: false, stats_tags: ["
    "{tag_name: cluster_name, regex: '^cluster\\.((.+?(\\..+?\\.svc\\.cluster\\.local)?)\\.)'}, "
    "{tag_name: http_conn_manager_prefix, regex: '^http\\.((?:[^.]+)\\.)'}, "
    "{tag_name: response_code_class, regex: '_rq(_(\\dxx))$'}, "
    "{tag_name: node, fixed_value: n1}]";

TEST_F(StatsOptionsTest, IstiosTagsGiveIstiosNames) {
  Start(kIstioTags);
  const std::string text = Get("/stats/prometheus");
  EXPECT_THAT(text, HasSubstr("\nenvoy_http_downstream_rq{response_code_class=\"2xx\","
                              "http_conn_manager_prefix=\"ingress.\",node=\"n1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("\nenvoy_cluster_upstream_cx_active{cluster_name=\"service\","
                              "node=\"n1\"} 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("envoy_cluster_name")));
}

TEST_F(StatsOptionsTest, OnlyIncludedNamesAreThere) {
  Start("stats_matcher: {inclusion_list: {patterns: [{prefix: server.}, {suffix: rq_total}]}}");
  EXPECT_EQ(Get("/stats?filter=^(cluster|http)&type=Counters"),
            "cluster.service.upstream_rq_total: 0\nhttp.ingress.downstream_rq_total: 1\n"
            "http.ingress.rq_total: 1\n");
  EXPECT_THAT(Get("/stats"), HasSubstr("server.live: "));
  EXPECT_THAT(Get("/stats/prometheus"), Not(HasSubstr("upstream_cx_total")));
}

TEST_F(StatsOptionsTest, ExcludedNamesAreNotThere) {
  Start("stats_matcher: {exclusion_list: {patterns: [{prefix: http}, {suffix: _total}]}}");
  const std::string text = Get("/stats?format=json");
  EXPECT_THAT(text, Not(HasSubstr("\"http.")));
  EXPECT_THAT(text, Not(HasSubstr("_total\"")));
  EXPECT_THAT(text, HasSubstr("\"cluster.service.upstream_cx_active\""));
}

TEST_F(StatsOptionsTest, NoneMayBeThere) {
  Start("stats_matcher: {reject_all: true}");
  EXPECT_EQ(Get("/stats"), "");
  EXPECT_EQ(Get("/stats?format=json"), "{\"stats\":[]}");
  EXPECT_EQ(Get("/stats/prometheus"), "");
}

TEST(StatsOptionsStartTest, AMistakeInATagIsTheBootstraps) {
  const absl::Status status = RunningProxy::TryStart(
      StaticBootstrap().ToYaml() +
      "\nstats_config: {stats_tags: [{tag_name: a, regex: (x)}, {tag_name: a, regex: (y)}]}\n");
  EXPECT_EQ(status.message(),
            "bootstrap: stats_config.stats_tags[1].tag_name: \"a\" is empty or there twice");
}

}  // namespace
}  // namespace outrigger::test
