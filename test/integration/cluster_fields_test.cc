// What fields of a cluster do to requests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/support/backend.h"
#include "test/support/http_client.h"
#include "test/support/running_proxy.h"
#include "test/support/static_bootstrap.h"

namespace outrigger::test {
namespace {

class ClusterFieldsTest : public testing::Test {
 protected:
  // The answer to one request, of a proxy whose cluster has these fields.
  Answer Get(const std::string& cluster_fields) {
    StaticBootstrap bootstrap{{backend_.port()}};
    bootstrap.cluster_fields = cluster_fields;
    return GetFrom(bootstrap.ToYaml());
  }
  static Answer GetFrom(const std::string& yaml) {
    RunningProxy proxy(yaml);
    HttpClient client(proxy.ListenerPort("ingress"));
    const std::optional<Answer> answer = client.Get("/");
    EXPECT_TRUE(answer.has_value()) << client.failure();
    return answer.value_or(Answer());
  }
  // The only endpoint is unhealthy.
  std::string UnhealthyYaml(std::string_view fields) {
    StaticBootstrap bootstrap{{backend_.port()}};
    bootstrap.cluster_fields = fields;
    std::string yaml = bootstrap.ToYaml();
    const size_t endpoint = yaml.find("{endpoint: ");
    return yaml.insert(endpoint + 1, "health_status: UNHEALTHY, ");
  }

  Backend backend_{"web"};
};

TEST_F(ClusterFieldsTest, UnhealthyEndpointsAreUsedInPanic) {
  EXPECT_EQ(GetFrom(UnhealthyYaml("connect_timeout: 1s")).status, 200);
}

TEST_F(ClusterFieldsTest, APanicThresholdOfZeroMeansNever) {
  EXPECT_EQ(
      GetFrom(UnhealthyYaml("common_lb_config: {healthy_panic_threshold: {value: 0}}")).status,
      503);
}

}  // namespace
}  // namespace outrigger::test
