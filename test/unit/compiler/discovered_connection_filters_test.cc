// Network and listener filters whose configurations come by themselves, without sockets: what they
// make of their listeners, and when.
#include <fmt/format.h>

#include "stats/server_stats.h"
#include "test/unit/compiler/configuration_fixture.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kFilters = "type.googleapis.com/envoy.extensions.filters.";

std::string TypeOf(std::string_view type) { return fmt::format("{}{}", kFilters, type); }
const std::string kRbac = TypeOf("network.rbac.v3.RBAC");
const std::string kTcp = TypeOf("network.tcp_proxy.v3.TcpProxy");
const std::string kHcm = TypeOf("network.http_connection_manager.v3.HttpConnectionManager");
const std::string kInspector = TypeOf("listener.tls_inspector.v3.TlsInspector");

std::string Content(const std::string& type, const std::string& fields = "") {
  return fmt::format("{{'@type': {}{}{}}}", type, fields.empty() ? "" : ", ", fields);
}
std::string TcpTo(const std::string& cluster) {
  return Content(kTcp, "stat_prefix: t, cluster: " + cluster);
}
std::string Allow() {
  return Content(kRbac,
                 "stat_prefix: p, rules: {policies: {p: {permissions: [{any: true}], principals: "
                 "[{any: true}]}}}");
}
std::string HcmWith(const std::string& fields) {
  return Content(kHcm, "stat_prefix: h, http_filters: [{name: router, typed_config: {'@type': " +
                           TypeOf("http.router.v3.Router") + "}}], " + fields);
}
std::string Discovered(const std::string& name, const std::string& types,
                       const std::string& fields = "") {
  return fmt::format(
      "{{name: {}, config_discovery: {{config_source: {{ads: {{}}}}, type_urls: [{}]{}}}}}", name,
      types, fields.empty() ? "" : ", " + fields);
}
std::string Plain(const std::string& content) {
  return fmt::format("{{name: plain, typed_config: {}}}", content);
}

class DiscoveredConnectionFiltersTest : public ConfigurationTest {
 protected:
  static std::string ListenerOf(const std::string& filters, const std::string& fields = "") {
    return test::ListenerBytes(fmt::format(
        "{{name: l, address: {{socket_address: {{address: 127.0.0.1, port_value: 0}}}}, "
        "filter_chains: [{{filters: [{}]}}]{}}}",
        filters, fields.empty() ? "" : ", " + fields));
  }
  // Errors of that version.
  std::vector<xds::ResourceError> PushListenerOf(const std::string& filters,
                                                 const std::string& fields = "") {
    return Push(kListenerType, {{"l", ListenerOf(filters, fields)}}).errors;
  }
  std::string MistakeOf(const std::string& filters, const std::string& fields = "") {
    const auto errors = PushListenerOf(filters, fields);
    return errors.empty() ? "" : errors[0].message;
  }
  std::vector<xds::ResourceError> PushFilter(const std::string& name, const std::string& content) {
    const std::string bytes =
        test::ExtensionBytes(fmt::format("{{name: {}, typed_config: {}}}", name, content));
    return Push(kExtensionType, {{name, bytes}}).errors;
  }
  void PushClusters() {
    for (const char* name : {"a", "b"}) {
      PushCluster(name);
      PushEndpoints(name);
    }
  }
  const FilterChain& ChainOfL() const {
    return snapshot().listeners.Get(IdOfListener("l"))->config->chains.at(0);
  }
  // What a listener that lacks something waits for.
  std::string WaitOfL() const {
    const auto& waiting = configuration_.linker().warming_listeners();
    const auto it = waiting.find("l");
    return it == waiting.end() ? "" : it->second.what;
  }
};

TEST_F(DiscoveredConnectionFiltersTest, X51_AListenerWaitsForTheFirstAnswer) {
  PushClusters();
  EXPECT_THAT(PushListenerOf(Discovered("f", kRbac) + ", " + Plain(TcpTo("a"))), IsEmpty());
  EXPECT_THAT(wanted_[std::string(kExtensionType)], ElementsAre("f"));
  EXPECT_FALSE(Serves("l"));
  EXPECT_EQ(WaitOfL(), "filter configuration f");
  EXPECT_THAT(PushFilter("f", Allow()), IsEmpty());
  ASSERT_TRUE(Serves("l"));
  EXPECT_EQ(ChainOfL().policies.size(), 1u);
  EXPECT_FALSE(ChainOfL().lacks_filter);
}

TEST_F(DiscoveredConnectionFiltersTest, X44_ANewListenerGoesOnWithoutInTimeAndLetsNobodyPass) {
  PushClusters();
  EXPECT_THAT(PushListenerOf(Discovered("f", kRbac) + ", " + Plain(TcpTo("a"))), IsEmpty());
  clock_.Advance(std::chrono::seconds(15));
  configuration_.Settle();
  ASSERT_TRUE(Serves("l"));
  EXPECT_TRUE(ChainOfL().lacks_filter);
}

TEST_F(DiscoveredConnectionFiltersTest, WhatEndsTheChainMayComeByItself) {
  PushClusters();
  EXPECT_THAT(PushListenerOf(Discovered("f", kTcp + ", " + kHcm)), IsEmpty());
  EXPECT_THAT(PushFilter("f", TcpTo("a")), IsEmpty());
  EXPECT_EQ(ClusterBehindTcp("l"), "a");
  EXPECT_THAT(PushFilter("f", TcpTo("b")), IsEmpty());
  EXPECT_EQ(ClusterBehindTcp("l"), "b");
  // And warms as any version of a listener.
  EXPECT_THAT(PushFilter("f", HcmWith("rds: {route_config_name: r, config_source: {ads: {}}}")),
              IsEmpty());
  EXPECT_THAT(wanted_[std::string(kRouteType)], ElementsAre("r"));
  EXPECT_EQ(ClusterBehindTcp("l"), "b");
  EXPECT_EQ(WaitOfL(), "route configuration r");
  PushRoutes("r", "a");
  EXPECT_EQ(ClusterBehind("l"), "a");
}

TEST_F(DiscoveredConnectionFiltersTest, WithoutAConfigurationItIsTheDefault) {
  PushClusters();
  EXPECT_THAT(PushListenerOf(Discovered("f", kTcp, "default_config: " + TcpTo("a"))), IsEmpty());
  EXPECT_FALSE(Serves("l"));
  EXPECT_THAT(PushFilter("f", TcpTo("b")), IsEmpty());
  EXPECT_EQ(ClusterBehindTcp("l"), "b");
  EXPECT_THAT(Push(kExtensionType, {}, {"f"}).errors, IsEmpty());
  EXPECT_EQ(ClusterBehindTcp("l"), "a");
}

TEST_F(DiscoveredConnectionFiltersTest, ADefaultMayServeFromTheStart) {
  PushClusters();
  EXPECT_THAT(PushListenerOf(Discovered("f", kTcp,
                                        "apply_default_config_without_warming: true, "
                                        "default_config: " +
                                            TcpTo("a"))),
              IsEmpty());
  EXPECT_EQ(ClusterBehindTcp("l"), "a");
  EXPECT_THAT(PushFilter("f", TcpTo("b")), IsEmpty());
  EXPECT_EQ(ClusterBehindTcp("l"), "b");
}

TEST_F(DiscoveredConnectionFiltersTest, OneThatIsRemovedLetsNobodyPass) {
  PushClusters();
  EXPECT_THAT(PushListenerOf(Discovered("f", kTcp)), IsEmpty());
  EXPECT_THAT(PushFilter("f", TcpTo("a")), IsEmpty());
  EXPECT_FALSE(ChainOfL().lacks_filter);
  EXPECT_THAT(Push(kExtensionType, {}, {"f"}).errors, IsEmpty());
  EXPECT_TRUE(ChainOfL().lacks_filter);
  EXPECT_THAT(PushFilter("f", TcpTo("b")), IsEmpty());
  EXPECT_FALSE(ChainOfL().lacks_filter);
  EXPECT_EQ(ClusterBehindTcp("l"), "b");
}

TEST_F(DiscoveredConnectionFiltersTest, OneThatIsWrongIsRefusedAndTheLastGoodOneServes) {
  PushClusters();
  EXPECT_THAT(PushListenerOf(Discovered("f", kTcp)), IsEmpty());
  EXPECT_THAT(PushFilter("f", TcpTo("a")), IsEmpty());
  const auto mistake = [&](const std::string& content) {
    const auto errors = PushFilter("f", content);
    return errors.empty() ? "" : errors[0].message;
  };
  EXPECT_EQ(mistake(Allow()),
            "typed_config: is envoy.extensions.filters.network.rbac.v3.RBAC, and must be "
            "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy");
  EXPECT_THAT(mistake(Content(kTcp, "stat_prefix: t, cluster: ''")),
              HasSubstr("typed_config{envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy}."
                        "cluster: must not be empty"));
  EXPECT_THAT(mistake(Content(TypeOf("network.ext_authz.v3.ExtAuthz"))),
              HasSubstr("is not supported yet"));
  EXPECT_EQ(ClusterBehindTcp("l"), "a");
}

TEST_F(DiscoveredConnectionFiltersTest, OneThatDoesNotStandInItsPlaceIsRefused) {
  PushClusters();
  EXPECT_THAT(PushListenerOf(Discovered("f", kTcp + ", " + kRbac) + ", " +
                             Discovered("g", kTcp + ", " + kRbac)),
              IsEmpty());
  EXPECT_THAT(PushFilter("f", TcpTo("a"))[0].message,
              HasSubstr("typed_config: envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy must "
                        "be the last filter"));
  EXPECT_THAT(PushFilter("g", Allow())[0].message,
              HasSubstr("typed_config: must be HttpConnectionManager or TcpProxy, is "));
}

TEST_F(DiscoveredConnectionFiltersTest, ANewListenerDoesNotTakeWhatIsOfAnotherType) {
  PushClusters();
  EXPECT_THAT(PushListenerOf(Discovered("f", kTcp)), IsEmpty());
  EXPECT_THAT(PushFilter("f", TcpTo("a")), IsEmpty());
  EXPECT_THAT(PushListenerOf(Discovered("f", kHcm)), IsEmpty());
  EXPECT_TRUE(ChainOfL().lacks_filter);
  EXPECT_EQ(stats_.Find(stats::kNetworkEcdsFamily, "f")->Sum(stats::kEcdsConfigConflict), 1u);
}

TEST_F(DiscoveredConnectionFiltersTest, AListenerFilterHasToBeThere) {
  PushClusters();
  const std::string filter = Discovered("f", kInspector);
  EXPECT_THAT(PushListenerOf(Plain(TcpTo("a")), "listener_filters: [" + filter + "]"), IsEmpty());
  EXPECT_EQ(WaitOfL(), "filter configuration f");
  clock_.Advance(std::chrono::seconds(15));
  configuration_.Settle();
  const auto lacks = [&] {
    return snapshot().listeners.Get(IdOfListener("l"))->config->lacks_filter;
  };
  EXPECT_TRUE(lacks());
  EXPECT_THAT(PushFilter("f", TcpTo("a"))[0].message, HasSubstr("typed_config: is "));
  EXPECT_THAT(PushFilter("f", Content(kInspector)), IsEmpty());
  EXPECT_FALSE(lacks());
}

TEST_F(DiscoveredConnectionFiltersTest, MistakesOfAListenerHaveTheirFields) {
  EXPECT_THAT(MistakeOf("{name: f, config_discovery: {type_urls: [" + kTcp + "]}}"),
              HasSubstr("filters[0].config_discovery.config_source: is required"));
  EXPECT_THAT(
      MistakeOf(Discovered("f", TypeOf("network.ext_authz.v3.ExtAuthz"))),
      HasSubstr("filters[0].config_discovery.type_urls[0]: envoy.extensions.filters.network."
                "ext_authz.v3.ExtAuthz is not supported yet"));
  EXPECT_THAT(MistakeOf(Discovered("f", kTcp, "default_config: " + Allow())),
              HasSubstr("config_discovery.default_config: is envoy.extensions.filters.network.rbac."
                        "v3.RBAC, and must be"));
  EXPECT_THAT(MistakeOf(Discovered("f", kTcp, "apply_default_config_without_warming: true")),
              HasSubstr("apply_default_config_without_warming: needs a default_config"));
  EXPECT_THAT(MistakeOf(Plain(TcpTo("a")), "listener_filters: [" + Discovered("f", kTcp) + "]"),
              HasSubstr("listener_filters[0].config_discovery.type_urls[0]: "));
}

TEST_F(DiscoveredConnectionFiltersTest, AFilterOfRequestsInsideOneIsWaitedForToo) {
  PushClusters();
  PushRoutes("r", "a");
  EXPECT_THAT(PushListenerOf(Discovered("f", kHcm)), IsEmpty());
  std::string hcm = HcmWith("rds: {route_config_name: r, config_source: {ads: {}}}");
  hcm.insert(hcm.find("{name: router"),
             Discovered("inner", TypeOf("http.buffer.v3.Buffer")) + ", ");
  EXPECT_THAT(PushFilter("f", hcm), IsEmpty());
  EXPECT_THAT(wanted_[std::string(kExtensionType)], ElementsAre("f", "inner"));
  EXPECT_FALSE(Serves("l"));
  PushRoutes("r", "a");
  EXPECT_THAT(PushFilter("inner", Content(TypeOf("http.buffer.v3.Buffer"), "max_request_bytes: 5")),
              IsEmpty());
  EXPECT_TRUE(Serves("l"));
}

}  // namespace
}  // namespace outrigger::compiler
