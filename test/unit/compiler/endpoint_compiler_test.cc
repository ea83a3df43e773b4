#include "compiler/endpoint_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "test/support/labelled_endpoints.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::endpoint::v3::ClusterLoadAssignment;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kAddress =
    "address: {socket_address: {address: 10.0.0.1, port_value: 80}}";

Compiled<EndpointSet> CompileProto(const ClusterLoadAssignment& proto) {
  return CompileLikeReceived<EndpointSet>(proto, CompileEndpoints);
}

// An assignment with these fields beside its name.
Compiled<EndpointSet> Compile(std::string_view fields) {
  return CompileProto(
      FromYaml<ClusterLoadAssignment>(fmt::format("{{cluster_name: web, {}}}", fields)));
}

EndpointSet Good(std::string_view fields) {
  const Compiled<EndpointSet> compiled = Compile(fields);
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  return compiled.value == nullptr ? EndpointSet() : *compiled.value;
}

Mistakes Wrong(std::string_view fields) { return Compile(fields).mistakes; }

// The only element of one locality.
std::string OneEndpoint(std::string_view endpoint, std::string_view fields = "") {
  return fmt::format("endpoints: [{{lb_endpoints: [{{endpoint: {{{}}}, {}}}]}}]", endpoint, fields);
}

Endpoint GoodEndpoint(std::string_view endpoint, std::string_view fields = "") {
  const EndpointSet set = Good(OneEndpoint(endpoint, fields));
  EXPECT_THAT(set.endpoints, SizeIs(1));
  return set.endpoints.empty() ? Endpoint() : set.endpoints[0];
}

TEST(EndpointCompilerTest, X13_AnEmptyAssignmentIsValid) {
  const EndpointSet set = Good("");
  EXPECT_THAT(set.endpoints, IsEmpty());
  EXPECT_EQ(set.overprovisioning_percent, 140);
  EXPECT_NE(set.picks, nullptr);
}

TEST(EndpointCompilerTest, LabelsAreTheMetadataForBalancers) {
  const Endpoint endpoint =
      GoodEndpoint(kAddress, "metadata: {filter_metadata: {envoy.lb: {v: '1'}, istio: {w: x}}}");
  ASSERT_NE(endpoint.labels, nullptr);
  EXPECT_EQ(*endpoint.labels, test::Labels({{"v", test::Text("1")}}));
  EXPECT_EQ(GoodEndpoint(kAddress, "metadata: {filter_metadata: {istio: {w: x}}}").labels, nullptr);
}

TEST(EndpointCompilerTest, EndpointsWithOtherLabelsAreOtherEndpoints) {
  const auto with = [](std::string_view value) {
    return GoodEndpoint(
        kAddress, fmt::format("metadata: {{filter_metadata: {{envoy.lb: {{v: {}}}}}}}", value));
  };
  EXPECT_EQ(with("x"), with("x"));
  EXPECT_FALSE(with("x") == with("y"));
  EXPECT_FALSE(with("x") == GoodEndpoint(kAddress, "load_balancing_weight: 1"));
}

TEST(EndpointCompilerTest, AnAssignmentNeedsAName) {
  EXPECT_THAT(CompileProto({}).mistakes,
              ElementsAre("cluster_name: must have at least 1 character"));
}

TEST(EndpointCompilerTest, AddressesAreIpOrPaths) {
  EXPECT_EQ(GoodEndpoint(kAddress).address.ToString(), "10.0.0.1:80");
  EXPECT_EQ(GoodEndpoint("address: {socket_address: {address: '::1', port_value: 8080}}")
                .address.ToString(),
            "[::1]:8080");
  EXPECT_EQ(GoodEndpoint("address: {pipe: {path: /run/web.sock}}").address.ToString(),
            "/run/web.sock");
}

TEST(EndpointCompilerTest, AnAddressIsNeeded) {
  EXPECT_THAT(Wrong(OneEndpoint("hostname: a")),
              ElementsAre("endpoints[0].lb_endpoints[0].endpoint.address: is required"));
  EXPECT_THAT(Wrong("endpoints: [{lb_endpoints: [{}]}]"),
              ElementsAre("endpoints[0].lb_endpoints[0].endpoint.address: is required"));
}

TEST(EndpointCompilerTest, NamesOfHostsAreNoAddresses) {
  EXPECT_THAT(Wrong(OneEndpoint("address: {socket_address: {address: web, port_value: 80}}")),
              ElementsAre("endpoints[0].lb_endpoints[0].endpoint.address.socket_address.address: "
                          "must be an IP address, is \"web\""));
}

TEST(EndpointCompilerTest, OtherKindsOfAddressesAreRefused) {
  const std::string path = "endpoints[0].lb_endpoints[0].endpoint.address.";
  EXPECT_THAT(Wrong(OneEndpoint(
                  "address: {socket_address: {protocol: UDP, address: 10.0.0.1, port_value: 80}}")),
              ElementsAre(path + "socket_address.protocol: must be TCP"));
  EXPECT_THAT(
      Wrong(OneEndpoint("address: {socket_address: {address: 10.0.0.1, port_value: 65536}}")),
      ElementsAre(path + "socket_address.port_value: must be at most 65535"));
  EXPECT_THAT(
      Wrong(OneEndpoint("address: {socket_address: {address: 10.0.0.1, named_port: http}}")),
      ElementsAre(path + "socket_address.named_port: is not supported: ports must be "
                         "numbers"));
  EXPECT_THAT(Wrong(OneEndpoint("address: {envoy_internal_address: {server_listener_name: x}}")),
              ElementsAre(path + "envoy_internal_address: is not supported: internal listeners are "
                                 "not supported yet"));
}

TEST(EndpointCompilerTest, APathMustFitIntoAnAddress) {
  const std::string path(200, 'x');
  EXPECT_THAT(Wrong(OneEndpoint(fmt::format("address: {{pipe: {{path: /{}}}}}", path))),
              ElementsAre(testing::StartsWith(
                  "endpoints[0].lb_endpoints[0].endpoint.address.pipe.path: ")));
}

TEST(EndpointCompilerTest, HostnamesAndWeightsAreTaken) {
  const Endpoint plain = GoodEndpoint(kAddress);
  EXPECT_EQ(plain.weight, 1);
  EXPECT_EQ(plain.hostname, "");
  const Endpoint full =
      GoodEndpoint(fmt::format("{}, hostname: web-1", kAddress), "load_balancing_weight: 7");
  EXPECT_EQ(full.weight, 7);
  EXPECT_EQ(full.hostname, "web-1");
}

TEST(EndpointCompilerTest, AWeightIsPositive) {
  EXPECT_THAT(
      Wrong(OneEndpoint(kAddress, "load_balancing_weight: 0")),
      ElementsAre("endpoints[0].lb_endpoints[0].load_balancing_weight: must be at least 1"));
}

TEST(EndpointCompilerTest, HealthIsWhatTheControlPlaneSays) {
  const auto health = [](std::string_view status) {
    return GoodEndpoint(kAddress, fmt::format("health_status: {}", status)).eds_health;
  };
  EXPECT_EQ(health("UNKNOWN"), EdsHealth::kUnknown);
  EXPECT_EQ(health("HEALTHY"), EdsHealth::kHealthy);
  EXPECT_EQ(health("UNHEALTHY"), EdsHealth::kUnhealthy);
  EXPECT_EQ(health("DRAINING"), EdsHealth::kDraining);
  EXPECT_EQ(health("TIMEOUT"), EdsHealth::kTimeout);
  EXPECT_EQ(health("DEGRADED"), EdsHealth::kDegraded);
}

TEST(EndpointCompilerTest, LocalitiesAndPrioritiesAreKeptInOrder) {
  const std::string lb_endpoints = fmt::format("lb_endpoints: [{{endpoint: {{{}}}}}]", kAddress);
  const EndpointSet set = Good(
      fmt::format("endpoints: [{{locality: {{region: r, zone: z, sub_zone: s}}, {0}}}, {{priority: "
                  "1, locality: {{zone: y}}, {0}}}]",
                  lb_endpoints));
  EXPECT_THAT(set.localities, ElementsAre(Locality{"r", "z", "s"}, Locality{"", "y", ""}));
  ASSERT_THAT(set.endpoints, SizeIs(2));
  EXPECT_EQ(set.endpoints[0].locality_index, 0);
  EXPECT_EQ(set.endpoints[0].priority, 0);
  EXPECT_EQ(set.endpoints[1].locality_index, 1);
  EXPECT_EQ(set.endpoints[1].priority, 1);
}

TEST(EndpointCompilerTest, PrioritiesEndAt128) {
  EXPECT_THAT(Wrong("endpoints: [{priority: 128}]"), IsEmpty());
  EXPECT_THAT(Wrong("endpoints: [{priority: 129}]"),
              ElementsAre("endpoints[0].priority: must be at most 128",
                          "endpoints[0].priority: must be less than 129"));
}

TEST(EndpointCompilerTest, TheOverprovisioningFactorIsTaken) {
  EXPECT_EQ(Good("policy: {overprovisioning_factor: 200}").overprovisioning_percent, 200);
  EXPECT_THAT(Wrong("policy: {overprovisioning_factor: 0}"),
              ElementsAre("policy.overprovisioning_factor: must be greater than 0"));
}

TEST(EndpointCompilerTest, DroppingIsRefused) {
  EXPECT_THAT(Wrong("policy: {drop_overloads: [{category: x}]}"),
              ElementsAre("policy.drop_overloads: is not supported: dropping by category is not "
                          "supported yet"));
}

TEST(EndpointCompilerTest, EndpointsByNameAreRefused) {
  EXPECT_THAT(Wrong("endpoints: [{lb_endpoints: [{endpoint_name: a}]}]"),
              ElementsAre("endpoints[0].lb_endpoints[0].endpoint_name: is not supported: named "
                          "endpoints are not supported"));
}

TEST(EndpointCompilerTest, LocalitiesKeepTheirWeights) {
  const EndpointSet set = Good("endpoints: [{load_balancing_weight: 7}, {}]");
  EXPECT_EQ(set.localities[0].weight, 7u);
  EXPECT_EQ(set.localities[1].weight, 0u);
}

TEST(EndpointCompilerTest, TheWeightsOfAPriorityHaveASum) {
  constexpr std::string_view kTwo =
      "endpoints: [{{load_balancing_weight: 4294967295}}, {{load_balancing_weight: 1, priority: "
      "{}}}]";
  EXPECT_THAT(Wrong(fmt::format(kTwo, 1)), IsEmpty());
  EXPECT_THAT(Wrong(fmt::format(kTwo, 0)),
              ElementsAre("endpoints[1].load_balancing_weight: the sum of the weights of a "
                          "priority must be at most 4294967295"));
}

TEST(EndpointCompilerTest, TypedMetadataIsNoted) {
  EXPECT_THAT(
      Compile(OneEndpoint(kAddress,
                          "metadata: {typed_filter_metadata: {a: {'@type': "
                          "type.googleapis.com/envoy.config.core.v3.Node}}}"))
          .ignored,
      ElementsAre("endpoints[0].lb_endpoints[0].metadata.typed_filter_metadata: nothing reads it "
                  "yet"));
}

TEST(EndpointCompilerTest, EqualAssignmentsAreEqualValues) {
  EXPECT_TRUE(Good(OneEndpoint(kAddress)) == Good(OneEndpoint(kAddress)));
  EXPECT_FALSE(Good(OneEndpoint(kAddress)) ==
               Good(OneEndpoint(kAddress, "load_balancing_weight: 2")));
}

TEST(EndpointCompilerTest, EachMistakeNamesItsEndpoint) {
  const std::string wrong = "{endpoint: {address: {pipe: {path: ''}}}}";
  EXPECT_THAT(Wrong(fmt::format("endpoints: [{{lb_endpoints: [{{endpoint: {{{}}}}}, {}]}}]",
                                kAddress, wrong)),
              testing::Each(testing::StartsWith("endpoints[0].lb_endpoints[1].endpoint.address.")));
}

}  // namespace
}  // namespace outrigger::compiler
