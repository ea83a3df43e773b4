// The health_check filter by the health of clusters, as the control plane tells it.
#include <fmt/format.h>

#include <string>

#include "test/integration/xds_fixture.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

std::string WithHealthFilter(const std::string& fields) {
  std::string listener = ListenerYaml("ingress", "routes");
  listener.insert(
      listener.find("- name: router"),
      "- {name: health, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http."
      "health_check.v3.HealthCheck, headers: [{name: ':path', string_match: {exact: /healthz}}], " +
          fields + "}}\n      ");
  return listener;
}

class XdsHealthFilterTest : public XdsTest {
 protected:
  void StartWith(const std::string& clusters) {
    ServeBasics();
    SetListenerYaml(
        ads_, "2",
        WithHealthFilter("pass_through_mode: false, cluster_min_healthy_percentages: {" + clusters +
                         "}"));
    StartProxy();
    port_ = proxy_->WaitForListener("ingress");
    ASSERT_NE(port_, 0);
  }
  // Of two endpoints.
  std::string Assignment(const std::string& health_of_second) const {
    return AssignmentBytes(fmt::format(
        "{{cluster_name: a, endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: "
        "{{address: 127.0.0.1, port_value: {}}}}}}}}}, {{endpoint: {{address: {{socket_address: "
        "{{address: 127.0.0.1, port_value: {}}}}}}}, health_status: {}}}]}}]}}",
        backend_a_.port(), backend_b_.port(), health_of_second));
  }
  bool WaitForStatus(int status) {
    return WaitFor([this, status] { return Status("/healthz") == status; });
  }
  int64_t Counted(const std::string& name) {
    return proxy_->Stat("http.ingress.health_check." + name);
  }
};

TEST_F(XdsHealthFilterTest, IsAnsweredByHowManyEndpointsAreHealthy) {
  StartWith("a: {value: 51}");
  EXPECT_EQ(Status("/healthz"), 200);
  SendAndWait(Push(kEndpoints, "ill").Add("a", "2", Assignment("UNHEALTHY")));
  EXPECT_TRUE(WaitForStatus(503));
  EXPECT_GE(Counted("failed_cluster_unhealthy"), 1);
  EXPECT_GE(Counted("failed"), 1);
  SendAndWait(Push(kEndpoints, "well").Add("a", "3", Assignment("HEALTHY")));
  EXPECT_TRUE(WaitForStatus(200));
  EXPECT_EQ(Body("/other").size(), 1u) << "requests go on as ever";
}

TEST_F(XdsHealthFilterTest, AllOfTheClustersMustBeHealthy) {
  StartWith("a: {value: 50}, nobody: {value: 0}");
  EXPECT_EQ(Status("/healthz"), 503);
  EXPECT_EQ(Counted("failed_cluster_not_found"), 1);
}

TEST_F(XdsHealthFilterTest, ACheckedClusterMayComeAndGo) {
  StartWith("late: {value: 1}");
  EXPECT_EQ(Status("/healthz"), 503);
  SendAndWait(Push(kCluster, "late").Add("late", "1", ClusterBytes("{name: late, type: STATIC}")));
  EXPECT_TRUE(proxy_->WaitForStat("cluster_manager.active_clusters", 4));
  EXPECT_TRUE(
      WaitFor([this] { return Status("/healthz") == 503 && Counted("failed_cluster_empty") > 0; }));
  // Then one without the filter, which nobody need look clusters up for.
  SendAndWait(Push(kListener, "plain")
                  .Add("ingress", "3", ListenerBytes(ListenerYaml("ingress", "routes"))));
  EXPECT_TRUE(WaitForBody("/healthz", "a"));
}

TEST_F(XdsHealthFilterTest, AnEmptyClusterIsHealthyWhereNothingIsAskedOfIt) {
  StartWith("empty: {value: 0}");
  SendAndWait(
      Push(kCluster, "empty").Add("empty", "1", ClusterBytes("{name: empty, type: STATIC}")));
  EXPECT_TRUE(WaitForStatus(200));
}

}  // namespace
}  // namespace outrigger::test
