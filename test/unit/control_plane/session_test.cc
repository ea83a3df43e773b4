#include "control_plane/session.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "envoy/service/discovery/v3/discovery.pb.h"

namespace outrigger::control_plane {
namespace {

using envoy::service::discovery::v3::DeltaDiscoveryRequest;
using envoy::service::discovery::v3::DeltaDiscoveryResponse;
using envoy::service::discovery::v3::DiscoveryRequest;
using envoy::service::discovery::v3::DiscoveryResponse;

constexpr char kAds[] = "/envoy.service.discovery.v3.AggregatedDiscoveryService/";

// A service of one type, and a resource of each type to serve.
struct ServiceCase {
  std::string prefix;  // of the method: "/service/"
  std::string resources;
  ResourceType type;
};

class SessionOfOneTypeTest : public ::testing::TestWithParam<ServiceCase> {
 protected:
  SessionOfOneTypeTest() {
    for (const ResourceType type : kResourceTypes) {
      view_.Of(type)["a"] = std::make_shared<const Resource>(Resource{"1", "bytes"});
    }
  }
  // The type of the only response to a request for "a".
  template <typename Response, typename Request>
  std::string TypeServed(const std::string& prefix, const Request& request) {
    auto session = Session::ForMethod(GetParam().prefix + prefix + GetParam().resources);
    if (!session.has_value() || !session->OnMessage(request.SerializeAsString()).ok()) return "";
    const auto due = session->TakeDue(view_);
    Response response;
    if (due.size() != 1 || !response.ParseFromString(due[0])) return "";
    return response.resources_size() == 1 ? response.type_url() : "";
  }

  ResourceView view_;
};

TEST_P(SessionOfOneTypeTest, ServesItsTypeWhetherItIsNamedOrNot) {
  const std::string type_url(TypeUrl(GetParam().type));
  DiscoveryRequest request;
  request.add_resource_names("a");
  EXPECT_EQ(TypeServed<DiscoveryResponse>("Stream", request), type_url);
  request.set_type_url(type_url);
  EXPECT_EQ(TypeServed<DiscoveryResponse>("Stream", request), type_url);
  DeltaDiscoveryRequest delta;
  delta.add_resource_names_subscribe("a");
  EXPECT_EQ(TypeServed<DeltaDiscoveryResponse>("Delta", delta), type_url);
}

TEST_P(SessionOfOneTypeTest, EndsAStreamThatAsksForAnotherType) {
  const ResourceType other =
      GetParam().type == ResourceType::kCluster ? ResourceType::kRoute : ResourceType::kCluster;
  DiscoveryRequest request;
  request.set_type_url(std::string(TypeUrl(other)));
  auto session = Session::ForMethod(GetParam().prefix + "Stream" + GetParam().resources);
  ASSERT_TRUE(session.has_value());
  EXPECT_EQ(session->OnMessage(request.SerializeAsString()).message(),
            "type_url is not " + std::string(TypeUrl(GetParam().type)) + " on its own stream");
}

INSTANTIATE_TEST_SUITE_P(
    Services, SessionOfOneTypeTest,
    ::testing::Values(ServiceCase{"/envoy.service.cluster.v3.ClusterDiscoveryService/", "Clusters",
                                  ResourceType::kCluster},
                      ServiceCase{"/envoy.service.endpoint.v3.EndpointDiscoveryService/",
                                  "Endpoints", ResourceType::kEndpoint},
                      ServiceCase{"/envoy.service.secret.v3.SecretDiscoveryService/", "Secrets",
                                  ResourceType::kSecret},
                      ServiceCase{"/envoy.service.listener.v3.ListenerDiscoveryService/",
                                  "Listeners", ResourceType::kListener},
                      ServiceCase{"/envoy.service.route.v3.RouteDiscoveryService/", "Routes",
                                  ResourceType::kRoute}),
    [](const auto& tested) { return tested.param.resources; });

TEST(SessionMethodTest, X11OnTheAggregatedStreamTheTypeMustBeNamed) {
  auto session = Session::ForMethod(std::string(kAds) + "StreamAggregatedResources");
  ASSERT_TRUE(session.has_value());
  EXPECT_EQ(session->OnMessage(DiscoveryRequest().SerializeAsString()).message(),
            "type_url is missing");
}

TEST(SessionMethodTest, OtherMethodsHaveNone) {
  EXPECT_FALSE(Session::ForMethod(std::string(kAds) + "FetchAggregatedResources").has_value());
  EXPECT_FALSE(Session::ForMethod("/envoy.service.route.v3.RouteDiscoveryService/StreamClusters")
                   .has_value());
  EXPECT_FALSE(Session::ForMethod("").has_value());
}

}  // namespace
}  // namespace outrigger::control_plane
