// Clusters whose endpoints have names, through the whole proxy and a real name server: P28, F16.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "test/integration/xds_fixture.h"
#include "test/support/dns_server.h"
#include "test/support/steady_load.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;

// Fast enough to wait for.
constexpr char kRates[] = "dns_lookup_family: V4_ONLY, dns_refresh_rate: 0.02s";

class DnsTest : public XdsTest {
 protected:
  struct Target {
    std::string name;
    uint16_t port;
  };

  // Without a control plane: one listener, whose cluster `service` has these endpoints.
  void StartWith(const std::string& type, const std::vector<Target>& targets,
                 const std::string& fields = kRates) {
    proxy_ = std::make_unique<RunningProxy>(BootstrapWith(type, targets, fields));
  }
  void WaitUntilServing() {
    port_ = proxy_->WaitForListener("ingress");
    ASSERT_NE(port_, 0);
  }
  std::string BootstrapWith(const std::string& type, const std::vector<Target>& targets,
                            const std::string& fields) const {
    std::string endpoints;
    for (const Target& target : targets) {
      endpoints += fmt::format(
          "{{endpoint: {{address: {{socket_address: {{address: {}, port_value: {}}}}}}}}}, ",
          target.name, target.port);
    }
    return Replace(StaticBootstrap().ToYaml(),
                   {{"type: STATIC", TypeFields(type, fields)},
                    {"[{lb_endpoints: []}]", "[{lb_endpoints: [" + endpoints + "]}]"}});
  }
  std::string TypeFields(const std::string& type, const std::string& fields) const {
    const std::string all =
        fields + ", typed_dns_resolver_config: " + names_.ResolverYaml(resolver_fields_);
    if (type != "DnsCluster") return fmt::format("type: {}, {}", type, all);
    return fmt::format(
        "cluster_type: {{name: dns, typed_config: {{'@type': type.googleapis.com/envoy.extensions."
        "clusters.dns.v3.DnsCluster, {}}}}}",
        all);
  }
  static std::string Replace(const std::string& text,
                             std::initializer_list<std::pair<std::string, std::string>> changes) {
    std::string changed = text;
    for (const auto& [from, to] : changes) {
      const size_t at = changed.find(from);
      EXPECT_NE(at, std::string::npos) << from;
      if (at != std::string::npos) changed.replace(at, from.size(), to);
    }
    return changed;
  }
  int64_t Stat(const std::string& name) { return proxy_->Stat("cluster.service." + name); }
  bool WaitForStat(const std::string& name, int64_t at_least) {
    return proxy_->WaitForStat("cluster.service." + name, at_least);
  }

  DnsServer names_;
  std::string resolver_fields_ = "query_timeout_seconds: 1, query_tries: 1";
};

TEST_F(DnsTest, RequestsAreAnsweredByWhatNamesResolveTo) {
  names_.Set("a.test", {.addresses = {"127.0.0.1"}});
  names_.Set("b.test", {.addresses = {"127.0.0.1"}});
  StartWith("STRICT_DNS", {{"a.test", backend_a_.port()}, {"b.test", backend_b_.port()}});
  WaitUntilServing();
  EXPECT_TRUE(WaitForStat("membership_total", 2));
  EXPECT_TRUE(WaitForBody("/", "a"));
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(DnsTest, ADnsClusterDoesTheSame) {
  names_.Set("a.test", {.addresses = {"127.0.0.1", "127.0.0.2"}});
  StartWith("DnsCluster", {{"a.test", backend_a_.port()}});
  WaitUntilServing();
  EXPECT_EQ(Stat("membership_total"), 2);
  EXPECT_TRUE(WaitForBody("/", "a"));
}

TEST_F(DnsTest, ADnsClusterOfOneEndpointTakesTheFirstAddress) {
  names_.Set("a.test", {.addresses = {"127.0.0.1", "127.0.0.2"}});
  StartWith("DnsCluster", {{"a.test", backend_a_.port()}},
            std::string(kRates) + ", all_addresses_in_single_endpoint: true");
  WaitUntilServing();
  EXPECT_EQ(Stat("membership_total"), 1);
  EXPECT_EQ(Body(), "a");
}

TEST_F(DnsTest, AnIpAddressNeedsNoNameServer) {
  StartWith("STRICT_DNS", {{"127.0.0.1", backend_a_.port()}});
  WaitUntilServing();
  EXPECT_EQ(Body(), "a");
  EXPECT_EQ(proxy_->Stat("dns.cares.resolve_total"), 0);
}

TEST_F(DnsTest, AListenerWaitsForTheFirstAnswer) {
  names_.Set("a.test", {.is_silent = true});
  resolver_fields_ = "query_timeout_seconds: 1, query_tries: 100";
  StartWith("STRICT_DNS", {{"a.test", backend_a_.port()}});
  ASSERT_TRUE(WaitForStat("update_attempt", 1));
  EXPECT_EQ(proxy_->Stat("cluster_manager.warming_clusters"), 1);
  EXPECT_EQ(proxy_->Stat("server.live"), 0);
  HttpClient admin(proxy_->admin_port());
  EXPECT_EQ(admin.Get("/ready")->status, 503);
  EXPECT_EQ(proxy_->Stat("listener_manager.total_listeners_warming"), 1);
  names_.Set("a.test", {.addresses = {"127.0.0.1"}});
  WaitUntilServing();
  EXPECT_EQ(Body(), "a");
  EXPECT_EQ(proxy_->Stat("cluster_manager.warming_clusters"), 0);
  EXPECT_TRUE(proxy_->WaitForStat("server.live", 1));
}

TEST_F(DnsTest, AFirstFailureEndsTheWait) {
  names_.Set("a.test", {.error = 2});
  StartWith("STRICT_DNS", {{"a.test", backend_a_.port()}});
  WaitUntilServing();
  EXPECT_EQ(Status(), 503);
  EXPECT_GE(Stat("update_failure"), 1);
  names_.Set("a.test", {.addresses = {"127.0.0.1"}});
  EXPECT_TRUE(WaitForBody("/", "a"));
}

TEST_F(DnsTest, NobodyWaitsWhenTheClusterSaysSo) {
  names_.Set("a.test", {.is_silent = true});
  resolver_fields_ = "query_timeout_seconds: 1, query_tries: 100";
  StartWith("STRICT_DNS", {{"a.test", backend_a_.port()}},
            std::string(kRates) + ", wait_for_warm_on_init: false");
  WaitUntilServing();
  EXPECT_EQ(Status(), 503);
  EXPECT_TRUE(proxy_->WaitForStat("server.live", 1));
}

TEST_F(DnsTest, ChangedAnswersAreFollowedWithoutLosingARequest) {
  names_.Set("a.test", {.addresses = {"127.0.0.1"}});
  StartWith("STRICT_DNS", {{"a.test", backend_a_.port()}, {"b.test", backend_b_.port()}});
  WaitUntilServing();
  SteadyLoad load(port_, 2);
  load.WaitForMore(100);
  EXPECT_EQ(backend_b_.requests(), 0u);
  names_.Set("b.test", {.addresses = {"127.0.0.1"}});
  ASSERT_TRUE(WaitForStat("membership_total", 2));
  ASSERT_TRUE(WaitFor([&] { return backend_b_.requests() > 100; }));
  names_.Set("a.test", {.error = 3});
  ASSERT_TRUE(proxy_->WaitForStatBelow("cluster.service.membership_total", 2));
  const uint64_t last_of_a = backend_a_.requests();
  load.WaitForMore(500);
  load.Stop();
  EXPECT_EQ(load.failed(), 0u);
  EXPECT_LE(backend_a_.requests(), last_of_a + 4);  // those under way
}

TEST_F(DnsTest, P28_FailuresKeepEndpoints) {
  names_.Set("a.test", {.addresses = {"127.0.0.1"}});
  StartWith("STRICT_DNS", {{"a.test", backend_a_.port()}});
  WaitUntilServing();
  for (const DnsReply& reply :
       {DnsReply{.error = 2}, DnsReply{.error = 5}, DnsReply{.is_silent = true}}) {
    names_.Set("a.test", reply);
    ASSERT_TRUE(WaitForStat("update_failure", Stat("update_failure") + 2));
    EXPECT_EQ(Body(), "a");
    EXPECT_EQ(Stat("membership_total"), 1);
    EXPECT_EQ(Stat("dns_stale_names"), 1);
  }
  names_.Set("a.test", {.addresses = {"127.0.0.1"}});
  EXPECT_TRUE(proxy_->WaitForStatBelow("cluster.service.dns_stale_names", 1));
  EXPECT_EQ(Stat("membership_change"), 1);
}

TEST_F(DnsTest, TheSameAddressesInAnotherOrderChangeNothing) {
  names_.Set("a.test", {.addresses = {"127.0.0.1", "127.0.0.2"}});
  StartWith("STRICT_DNS", {{"a.test", backend_a_.port()}});
  WaitUntilServing();
  names_.Set("a.test", {.addresses = {"127.0.0.2", "127.0.0.1"}});
  const int64_t before = Stat("update_no_rebuild");
  ASSERT_TRUE(WaitForStat("update_no_rebuild", before + 3));
  EXPECT_EQ(Stat("membership_change"), 1);
}

TEST_F(DnsTest, OneLookupServesAllClustersThatAskInTheSameWay) {
  names_.Set("a.test", {.addresses = {"127.0.0.1"}});
  std::string yaml = BootstrapWith("STRICT_DNS", {{"a.test", backend_a_.port()}},
                                   "dns_lookup_family: V4_ONLY, dns_refresh_rate: 3600s");
  const size_t end = yaml.find("\n  listeners:");
  const std::string service = yaml.substr(0, end).substr(yaml.find("\n  - {name: service"));
  yaml.insert(end, Replace(service, {{"{name: service", "{name: other"}}));
  proxy_ = std::make_unique<RunningProxy>(yaml);
  WaitUntilServing();
  EXPECT_EQ(Stat("membership_total"), 1);
  EXPECT_EQ(proxy_->Stat("cluster.other.membership_total"), 1);
  EXPECT_EQ(names_.questions("a.test"), 1);
}

TEST_F(DnsTest, AdminShowsResolvedEndpointsAndTheirName) {
  names_.Set("a.test", {.addresses = {"127.0.0.1"}});
  StartWith("STRICT_DNS", {{"a.test", backend_a_.port()}});
  WaitUntilServing();
  EXPECT_THAT(
      AdminPage("/clusters"),
      HasSubstr(fmt::format("service::127.0.0.1:{}::hostname::a.test\n", backend_a_.port())));
  EXPECT_THAT(AdminPage("/config_dump"), HasSubstr("\"address\": \"a.test\""));
}

TEST_F(DnsTest, ResolutionsAreCounted) {
  names_.Set("a.test", {.addresses = {"127.0.0.1"}});
  StartWith("STRICT_DNS", {{"a.test", backend_a_.port()}, {"nx.test", backend_b_.port()}},
            "dns_lookup_family: V4_ONLY, dns_refresh_rate: 3600s");
  WaitUntilServing();
  EXPECT_TRUE(proxy_->WaitForStat("dns.cares.not_found", 1));
  EXPECT_EQ(proxy_->Stat("dns.cares.resolve_total"), 2);
  EXPECT_EQ(proxy_->Stat("dns.cares.pending_resolutions"), 0);
  EXPECT_TRUE(WaitForStat("update_success", 2));
  EXPECT_EQ(Stat("update_attempt"), 2);
  EXPECT_EQ(Stat("update_no_rebuild"), 1);
}

class DnsControlPlaneTest : public DnsTest, public testing::WithParamInterface<const char*> {
 protected:
  // The control plane's cluster is of the type, its address has the name control.test.
  void StartProxyByName() {
    const std::string yaml = AdsBootstrap(
        "retry_policy: {retry_back_off: {base_interval: 0.005s, max_interval: 0.02s}}");
    const size_t at = yaml.find("name: xds, type: STATIC");
    ASSERT_NE(at, std::string::npos);
    proxy_ = std::make_unique<RunningProxy>(
        yaml.substr(0, at) +
        Replace(yaml.substr(at),
                {{"address: 127.0.0.1, port_value", "address: control.test, port_value"},
                 {"type: STATIC", TypeFields(GetParam(), kRates)}}));
  }
};

INSTANTIATE_TEST_SUITE_P(Types, DnsControlPlaneTest,
                         testing::Values("STRICT_DNS", "LOGICAL_DNS", "DnsCluster"),
                         [](const auto& instance) { return std::string(instance.param); });

TEST_P(DnsControlPlaneTest, IsReachedByItsName) {
  names_.Set("control.test", {.addresses = {"127.0.0.1"}});
  ServeBasics();
  StartProxyByName();
  WaitUntilServing();
  EXPECT_EQ(Body(), "a");
  // The first attempt knew where to go.
  EXPECT_EQ(proxy_->Stat("cluster_manager.cds.update_failure"), 0);
}

TEST_P(DnsControlPlaneTest, IsReachedOnceItsNameIsThere) {
  names_.Set("control.test", {.error = 2});
  ServeBasics();
  StartProxyByName();
  ASSERT_TRUE(proxy_->WaitForStat("cluster.xds.update_failure", 2));
  names_.Set("control.test", {.addresses = {"127.0.0.1"}});
  WaitUntilServing();
  EXPECT_EQ(Body(), "a");
}

TEST_P(DnsControlPlaneTest, IsFollowedToAnotherAddress) {
  names_.Set("control.test", {.addresses = {"127.0.0.9"}});  // nobody listens there
  ServeBasics();
  StartProxyByName();
  ASSERT_TRUE(proxy_->WaitForStat("cluster.xds.upstream_cx_connect_fail", 2));
  names_.Set("control.test", {.addresses = {"127.0.0.1"}});
  WaitUntilServing();
  EXPECT_EQ(Body(), "a");
}

class DnsXdsTest : public DnsTest {
 protected:
  void SetDnsCluster(const std::string& name, const std::string& version, const Target& target) {
    ads_.Set(kCluster, name, version,
             ClusterBytes(fmt::format(
                 "{{name: {0}, {1}, load_assignment: {{cluster_name: {0}, endpoints: "
                 "[{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: {2}, "
                 "port_value: {3}}}}}}}}}]}}]}}}}",
                 name, TypeFields("STRICT_DNS", kRates), target.name, target.port)));
  }
};

TEST_F(DnsXdsTest, AClusterFromTheControlPlaneIsResolved) {
  names_.Set("b.test", {.addresses = {"127.0.0.1"}});
  StartServing();
  SetDnsCluster("c", "1", {"b.test", backend_b_.port()});
  SetRoute(ads_, "routes", "2", "c");
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(DnsXdsTest, X50_TheFormerVersionServesUntilTheNewNameIsResolved) {
  names_.Set("a.test", {.addresses = {"127.0.0.1"}});
  names_.Set("b.test", {.is_silent = true});
  resolver_fields_ = "query_timeout_seconds: 1, query_tries: 100";
  StartServing();
  SetDnsCluster("c", "1", {"a.test", backend_a_.port()});
  SetRoute(ads_, "routes", "2", "c");
  ASSERT_TRUE(
      WaitFor([&] { return Body() == "a" && proxy_->Stat("cluster.c.upstream_rq_total") > 0; }));
  SetDnsCluster("c", "2", {"b.test", backend_b_.port()});
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.warming_clusters", 1));
  EXPECT_EQ(Body(), "a");
  names_.Set("b.test", {.addresses = {"127.0.0.1"}});
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_F(DnsXdsTest, WhatNobodyNeedsAnyMoreIsNotLookedUp) {
  names_.Set("b.test", {.addresses = {"127.0.0.1"}});
  StartServing();
  SetDnsCluster("c", "1", {"b.test", backend_b_.port()});
  ASSERT_TRUE(proxy_->WaitForStat("cluster.c.update_success", 2));
  ads_.Remove(kCluster, "c");
  ASSERT_TRUE(proxy_->WaitForStat("cluster_manager.cluster_removed", 1));
  SettleWire();
  const int64_t asked = proxy_->Stat("dns.cares.resolve_total");
  SettleWire();
  EXPECT_LE(proxy_->Stat("dns.cares.resolve_total"), asked + 1);
}

}  // namespace
}  // namespace outrigger::test
