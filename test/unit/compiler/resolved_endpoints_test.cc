// What answers about names do to snapshots.
#include "compiler/resolved_endpoints.h"

#include <fmt/format.h>

#include "cluster/cluster_update_stats.h"
#include "cluster/dns_stats.h"
#include "test/unit/compiler/configuration_fixture.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ResolvedEndpointsTest : public ConfigurationTest {
 protected:
  static std::string Endpoint(const std::string& name, const std::string& fields = "") {
    return fmt::format(
        "{{endpoint: {{address: {{socket_address: {{address: {}, port_value: 80}}}}}}{}}}", name,
        fields);
  }
  void PushDns(const std::string& name, const std::string& endpoints,
               const std::string& type = "STRICT_DNS") {
    const std::string bytes = test::ClusterBytes(
        fmt::format("{{name: {0}, type: {1}, load_assignment: {{cluster_name: {0}, endpoints: "
                    "{2}}}}}",
                    name, type, endpoints));
    EXPECT_THAT(Push(kClusterType, {{name, bytes}}).errors, IsEmpty());
  }
  void PushDnsNames(const std::string& name, const std::vector<std::string>& names) {
    std::string endpoints;
    for (const std::string& each : names) endpoints += Endpoint(each) + ", ";
    PushDns(name, "[{lb_endpoints: [" + endpoints + "]}]");
  }
  static DnsLookup LookupOf(const std::string& name, bool is_logical = false) {
    DnsLookup lookup;
    lookup.name = name;
    lookup.needs_address = is_logical;
    return lookup;
  }
  static DnsResolution Found(const std::vector<std::string>& texts) {
    DnsResolution resolution;
    resolution.is_success = true;
    for (const std::string& text : texts) {
      resolution.addresses.push_back(*Address::FromIp(text, 0));
    }
    return resolution;
  }
  void Resolve(const std::string& name, const std::vector<std::string>& texts) {
    configuration_.OnResolution(LookupOf(name), Found(texts));
  }
  const EndpointSet* EndpointsOf(const std::string& cluster) const {
    return configuration_.linker().FindEndpoints(cluster).get();
  }
  std::vector<std::string> AddressesOf(const std::string& cluster) const {
    std::vector<std::string> texts;
    const EndpointSet* set = EndpointsOf(cluster);
    if (set == nullptr) return {"none"};
    for (const auto& each : set->endpoints) texts.push_back(each.address.ToString());
    return texts;
  }
  std::vector<std::string> LookedUp() const {
    std::vector<std::string> names;
    for (const DnsLookup& lookup : configuration_.resources().resolved.Lookups()) {
      names.push_back(lookup.name);
    }
    return names;
  }
  uint64_t Count(ClusterUpdateStat stat) {
    return stats_.Find(kClusterUpdateFamily, "a")->Sum(stat);
  }
};

TEST_F(ResolvedEndpointsTest, AClusterServesOnceItsNameIsResolved) {
  PushDnsNames("a", {"x.test"});
  EXPECT_THAT(LookedUp(), ElementsAre("x.test"));
  EXPECT_THAT(AddressesOf("a"), ElementsAre("none"));
  EXPECT_EQ(configuration_.linker().warming_clusters().at("a").what, "names to be resolved");
  Resolve("x.test", {"10.0.0.1"});
  EXPECT_THAT(AddressesOf("a"), ElementsAre("10.0.0.1:80"));
  EXPECT_THAT(configuration_.linker().warming_clusters(), IsEmpty());
}

TEST_F(ResolvedEndpointsTest, AFailureEndsTheWaitToo) {
  PushDnsNames("a", {"x.test"});
  configuration_.OnResolution(LookupOf("x.test"), DnsResolution());
  EXPECT_THAT(AddressesOf("a"), IsEmpty());
  EXPECT_EQ(Count(kClusterUpdateFailure), 1u);
}

TEST_F(ResolvedEndpointsTest, OneNameWithAddressesIsEnoughToServe) {
  PushDnsNames("a", {"x.test", "y.test"});
  configuration_.OnResolution(LookupOf("x.test"), DnsResolution());
  EXPECT_THAT(AddressesOf("a"), ElementsAre("none"));
  Resolve("y.test", {"10.0.0.2"});
  EXPECT_THAT(AddressesOf("a"), ElementsAre("10.0.0.2:80"));
}

TEST_F(ResolvedEndpointsTest, TheSameAddressesMakeNoSnapshot) {
  PushDnsNames("a", {"x.test"});
  Resolve("x.test", {"10.0.0.1", "10.0.0.2"});
  const int published = published_;
  Resolve("x.test", {"10.0.0.2", "10.0.0.1"});
  EXPECT_EQ(published_, published);
  EXPECT_EQ(stats_.Find(kClusterDnsFamily, "a")->Sum(kClusterUpdateNoRebuild), 1u);
  Resolve("x.test", {"10.0.0.2"});
  EXPECT_EQ(published_, published + 1);
  EXPECT_EQ(Count(kMembershipChange), 2u);
}

TEST_F(ResolvedEndpointsTest, WhatTheAssignmentSaysHoldsForEveryAddress) {
  PushDns("a", "[{locality: {zone: z}, load_balancing_weight: 7, lb_endpoints: [" +
                   Endpoint("x.test", ", load_balancing_weight: 3, health_status: DRAINING") +
                   "]}, {priority: 1, lb_endpoints: [" + Endpoint("y.test") + "]}]");
  Resolve("x.test", {"10.0.0.1", "10.0.0.2"});
  Resolve("y.test", {"10.0.0.3"});
  const EndpointSet& set = *EndpointsOf("a");
  ASSERT_THAT(set.endpoints, SizeIs(3));
  for (size_t i : {0, 1}) {
    EXPECT_EQ(set.endpoints[i].weight, 3u);
    EXPECT_EQ(set.endpoints[i].eds_health, EdsHealth::kDraining);
    EXPECT_EQ(set.endpoints[i].hostname, "x.test");
    EXPECT_EQ(set.localities[set.endpoints[i].locality_index].zone, "z");
    EXPECT_EQ(set.localities[set.endpoints[i].locality_index].weight, 7u);
  }
  EXPECT_EQ(set.endpoints[2].priority, 1u);
}

TEST_F(ResolvedEndpointsTest, ALogicalClusterHasTheFirstAddressAndKeepsItWhileItIsNamed) {
  PushDns("a", "[{lb_endpoints: [" + Endpoint("x.test") + "]}]", "LOGICAL_DNS");
  configuration_.OnResolution(LookupOf("x.test", true), Found({"10.0.0.2", "10.0.0.1"}));
  EXPECT_THAT(AddressesOf("a"), ElementsAre("10.0.0.2:80"));
  configuration_.OnResolution(LookupOf("x.test", true), Found({"10.0.0.1", "10.0.0.2"}));
  EXPECT_THAT(AddressesOf("a"), ElementsAre("10.0.0.2:80"));
  configuration_.OnResolution(LookupOf("x.test", true), Found({"10.0.0.1", "10.0.0.3"}));
  EXPECT_THAT(AddressesOf("a"), ElementsAre("10.0.0.1:80"));
}

TEST_F(ResolvedEndpointsTest, WhatIsKnownIsUsedAtOnce) {
  PushDnsNames("a", {"x.test"});
  Resolve("x.test", {"10.0.0.1"});
  PushDnsNames("b", {"x.test"});
  EXPECT_THAT(AddressesOf("b"), ElementsAre("10.0.0.1:80"));
  EXPECT_THAT(LookedUp(), ElementsAre("x.test"));
  PushDnsNames("a", {"x.test", "y.test"});
  EXPECT_THAT(AddressesOf("a"), ElementsAre("10.0.0.1:80"));
}

TEST_F(ResolvedEndpointsTest, X50_TheFormerVersionServesUntilTheNewNameIsResolved) {
  PushDnsNames("a", {"x.test"});
  Resolve("x.test", {"10.0.0.1"});
  PushDnsNames("a", {"y.test"});
  EXPECT_THAT(AddressesOf("a"), ElementsAre("10.0.0.1:80"));
  Resolve("x.test", {"10.0.0.9"});  // nobody wants to know any more
  EXPECT_THAT(AddressesOf("a"), ElementsAre("10.0.0.1:80"));
  Resolve("y.test", {"10.0.0.2"});
  EXPECT_THAT(AddressesOf("a"), ElementsAre("10.0.0.2:80"));
}

TEST_F(ResolvedEndpointsTest, WhatNobodyLooksUpAnyMoreIsForgotten) {
  PushDnsNames("a", {"x.test"});
  Resolve("x.test", {"10.0.0.1"});
  Push(kClusterType, {}, {"a"});
  EXPECT_THAT(LookedUp(), IsEmpty());
  PushDnsNames("a", {"x.test"});
  EXPECT_THAT(AddressesOf("a"), ElementsAre("none"));
}

TEST_F(ResolvedEndpointsTest, TwoNamesOfOneAddressAreTwoEndpointsByTheirNames) {
  PushDnsNames("a", {"x.test", "y.test", "x.test"});
  Resolve("x.test", {"10.0.0.1"});
  Resolve("y.test", {"10.0.0.1"});
  EXPECT_THAT(AddressesOf("a"), ElementsAre("10.0.0.1:80", "10.0.0.1:80"));
}

}  // namespace
}  // namespace outrigger::compiler
