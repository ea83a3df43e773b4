// Streams of their own: each type, or each secret, over the service that is for it.
#include <gmock/gmock.h>

#include "test/integration/by_host_fixture.h"
#include "test/integration/sds_fixture.h"
#include "test/support/log_folder.h"
#include "test/support/scoped_resources.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::UnorderedElementsAre;

std::string Service(const std::string& api_type, const std::string& cluster = "xds") {
  return "api_config_source: {api_type: " + api_type +
         ", transport_api_version: V3, grpc_services: [{envoy_grpc: {cluster_name: " + cluster +
         ", retry_policy: {retry_back_off: {base_interval: 0.005s, max_interval: 0.02s}}}}]}";
}

std::string ClusterAt(const std::string& name, const std::string& address) {
  return "{name: " + name +
         ", http2_protocol_options: {}, load_assignment: {cluster_name: " + name +
         ", endpoints: [{lb_endpoints: [{endpoint: {address: {" + address + "}}}]}]}}";
}

std::string OnPort(uint16_t port) {
  return "socket_address: {address: 127.0.0.1, port_value: " + std::to_string(port) + "}";
}

// Everything over streams of its own, in either protocol.
class XdsStreamsTest : public SdsTest, public testing::WithParamInterface<const char*> {
 protected:
  std::string Own(const std::string& cluster = "xds") const { return Service(GetParam(), cluster); }
  // `static_resources` and the sources of clusters and listeners, as `dynamic` says.
  std::string Bootstrap(const std::string& clusters, const std::string& dynamic) const {
    return "node: {id: test-node, cluster: test}\n"
           "admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}\n"
           "static_resources: {clusters: [" +
           clusters + "]}\ndynamic_resources: {" + dynamic + "}\n";
  }
  std::string OwnStreams() const {
    return Bootstrap(ClusterAt("xds", OnPort(ads_.port())),
                     "cds_config: {" + Own() + "}, lds_config: {" + Own() + "}");
  }
  void SetOwnCluster(const std::string& name, const std::string& source) {
    ads_.Set(kCluster, name, "1",
             ClusterBytes("{name: " + name + ", type: EDS, eds_cluster_config: {eds_config: {" +
                          source + "}}}"));
  }
  static std::string OwnListenerYaml(const std::string& name, const std::string& source,
                                     const std::string& chain_fields = "") {
    return "{name: " + name +
           ", address: {socket_address: {address: 127.0.0.1, port_value: 0}}, filter_chains: "
           "[{filters: [{name: http, typed_config: {'@type': type.googleapis.com/envoy.extensions."
           "filters.network.http_connection_manager.v3.HttpConnectionManager, stat_prefix: " +
           name + ", rds: {route_config_name: routes, config_source: {" + source +
           "}}, http_filters: [{name: router, typed_config: {'@type': type.googleapis.com/envoy."
           "extensions.filters.http.router.v3.Router}}]}}]" +
           (chain_fields.empty() ? "" : ", " + chain_fields) + "}]}";
  }
  void ServeOwnBasics() {
    for (const char* name : {"a", "b"}) SetOwnCluster(name, Own());
    SetEndpoints(ads_, "a", "1", {backend_a_.port()});
    SetEndpoints(ads_, "b", "1", {backend_b_.port()});
    SetRoute(ads_, "routes", "1", "a");
    SetListenerYaml(ads_, "1", OwnListenerYaml("ingress", Own()));
  }
  bool is_delta() const { return GetParam() == std::string("DELTA_GRPC"); }
  std::string Method(const std::string& service, const std::string& resources) const {
    return "/envoy.service." + service + "DiscoveryService/" + (is_delta() ? "Delta" : "Stream") +
           resources;
  }
};

TEST_P(XdsStreamsTest, EachTypeComesOverItsOwnService) {
  ServeOwnBasics();
  StartProxy(OwnStreams());
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  EXPECT_TRUE(WaitForBody("/", "a"));
  EXPECT_THAT(ads_.methods(), UnorderedElementsAre(Method("cluster.v3.Cluster", "Clusters"),
                                                   Method("endpoint.v3.Endpoint", "Endpoints"),
                                                   Method("listener.v3.Listener", "Listeners"),
                                                   Method("route.v3.Route", "Routes")));
  SetRoute(ads_, "routes", "2", "b");
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_TRUE(proxy_->WaitForStat("control_plane.connected_state", 1));
}

TEST_P(XdsStreamsTest, ScopesOfRoutesComeOverTheirService) {
  ServeOwnBasics();
  ads_.Set(std::string(compiler::kScopeType), "s", "1",
           ScopeBytes(ScopeYaml("s", "test.local", "routes")));
  SetListenerYaml(ads_, "1", ScopedListenerYaml("ingress", Own()));
  StartProxy(OwnStreams());
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  EXPECT_TRUE(WaitForBody("/", "a"));
  EXPECT_THAT(ads_.methods(), Contains(Method("route.v3.ScopedRoutes", "ScopedRoutes")));
  SetListenerYaml(ads_, "2", OwnListenerYaml("ingress", Own()));
  // Clusters, endpoints, listeners, routes are left.
  EXPECT_TRUE(WaitFor([&] { return ads_.open_streams() == 4; }));
  EXPECT_TRUE(WaitForBody("/", "a"));
}

// Whatever the protocol of the others, these come by the delta protocol.
TEST_P(XdsStreamsTest, X37_VirtualHostsComeOverTheirService) {
  const std::string own = Service("DELTA_GRPC");
  ServeOwnBasics();
  SetRouteYaml(ads_, "1", "{name: routes, vhds: {config_source: {" + own + "}}}");
  ads_.Set(kHosts, "routes/h", "1", HostBytes("h", "test.local", "a"));
  StartProxy(OwnStreams());
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  EXPECT_TRUE(WaitForBody("/", "a"));
  EXPECT_THAT(ads_.methods(),
              Contains("/envoy.service.route.v3.VirtualHostDiscoveryService/DeltaVirtualHosts"));
  EXPECT_THAT(FirstAsk(kHosts).resource_names_subscribe(), testing::IsEmpty());
  ads_.Set(kHosts, "routes/h", "2", HostBytes("h", "test.local", "b"));
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_EQ(proxy_->Stat("http.ingress.vhds.routes.config_reload"), 2);
  SetRoute(ads_, "routes", "2", "a");
  // Clusters, endpoints, listeners, routes are left.
  EXPECT_TRUE(WaitFor([&] { return ads_.open_streams() == 4; }));
  EXPECT_TRUE(WaitForBody("/", "a"));
}

TEST_P(XdsStreamsTest, X3_TheNodeStandsInTheFirstRequestOfEachStream) {
  ServeOwnBasics();
  StartProxy(OwnStreams());
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  ASSERT_TRUE(WaitForBody("/", "a"));
  for (const std::string& type : {kCluster, kEndpoints, kListener, kRoutes}) {
    int with_node = 0;
    for (const auto& request : ads_.requests()) {
      if (request.type_url() == type && request.has_node()) ++with_node;
    }
    for (const auto& request : ads_.sotw_requests()) {
      if (request.type_url() == type && request.has_node()) ++with_node;
    }
    EXPECT_EQ(with_node, 1) << type;
  }
}

TEST_P(XdsStreamsTest, X41_TheyComeBackOneByOneAndNothingIsLostMeanwhile) {
  ServeOwnBasics();
  StartProxy(OwnStreams());
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  ASSERT_TRUE(WaitForBody("/", "a"));
  ads_.Stop();
  EXPECT_EQ(Body(), "a");
  SetRoute(ads_, "routes", "2", "b");
  ads_.Start();
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_P(XdsStreamsTest, ResourcesOfDifferentSourcesMayHaveOneName) {
  xds::AdsServer other;
  ServeOwnBasics();
  SetRoute(other, "routes", "1", "b");
  SetListenerYaml(ads_, "1", OwnListenerYaml("second", Own("other")));
  StartProxy(Bootstrap(
      ClusterAt("xds", OnPort(ads_.port())) + ", " + ClusterAt("other", OnPort(other.port())),
      "cds_config: {" + Own() + "}, lds_config: {" + Own() + "}"));
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  EXPECT_TRUE(WaitForBody("/", "a"));
  ASSERT_NE(port_ = proxy_->WaitForListener("second"), 0);
  EXPECT_TRUE(WaitForBody("/", "b"));
}

TEST_P(XdsStreamsTest, AStreamEndsWithWhatWasWantedOverIt) {
  ServeOwnBasics();
  StartProxy(OwnStreams());
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  ads_.Remove(kListener, "ingress");
  // Clusters, endpoints, listeners are left.
  EXPECT_TRUE(WaitFor([&] { return ads_.open_streams() == 3; }));
}

TEST_P(XdsStreamsTest, AMistakeIsRefusedOnItsStreamByItsName) {
  ServeOwnBasics();
  StartProxy(OwnStreams());
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  ASSERT_TRUE(WaitForBody("/", "a"));
  ads_.Set(kRoutes, "routes", "2",
           RouteBytes("{name: routes, virtual_hosts: [{name: a, domains: []}]}"));
  ASSERT_TRUE(proxy_->WaitForStat("http.ingress.rds.routes.update_rejected", 1));
  const auto is_nack = [](const auto& request) {
    return request.error_detail().message().starts_with("routes: virtual_hosts[0].domains");
  };
  EXPECT_TRUE(is_delta() ? ads_.WaitForRequest(is_nack).has_value()
                         : ads_.WaitForSotwRequest(is_nack).has_value());
  EXPECT_EQ(Body(), "a");
}

TEST_P(XdsStreamsTest, AClusterThatTheBootstrapDoesNotHaveIsRefused) {
  const absl::Status status = RunningProxy::TryStart(
      Bootstrap(ClusterAt("xds", OnPort(ads_.port())), "cds_config: {" + Own("none") + "}"));
  EXPECT_THAT(
      std::string(status.message()),
      HasSubstr("dynamic_resources.cds_config.api_config_source.grpc_services[0].envoy_grpc."
                "cluster_name: \"none\" must be a cluster of the bootstrap"));
  SetOwnCluster("a", Own("none"));
  StartProxy(OwnStreams());
  EXPECT_TRUE(proxy_->WaitForStat("cluster_manager.cds.update_rejected", 1));
  EXPECT_THAT(AdminPage("/config_dump"),
              HasSubstr("eds_cluster_config.eds_config.api_config_source.grpc_services[0]"));
}

// As the agents of meshes do it: a Unix socket, and a stream for each secret.
TEST_P(XdsStreamsTest, EachSecretHasAStreamOfItsOwnOverAUnixSocket) {
  const LogFolder folder;
  xds::AdsServer agent(folder.Path("agent"));
  SetSecretYaml(agent, "1", CertificateSecret("default", identity_));
  SetSecretYaml(agent, "1", TrustSecret("ROOTCA", authority_));
  ServeOwnBasics();
  const std::string source = "sds_config: {" + Own("agent") + ", initial_fetch_timeout: 0s}";
  const std::string common = "tls_certificate_sds_secret_configs: [{name: default, " + source +
                             "}], combined_validation_context: {default_validation_context: {}, "
                             "validation_context_sds_secret_config: {name: ROOTCA, " +
                             source + "}}";
  SetListenerYaml(ads_, "2",
                  OwnListenerYaml("ingress", Own(), TransportSocket("Downstream", common)));
  StartProxy(Bootstrap(ClusterAt("xds", OnPort(ads_.port())) + ", " +
                           ClusterAt("agent", "pipe: {path: " + folder.Path("agent") + "}"),
                       "cds_config: {" + Own() + "}, lds_config: {" + Own() + "}"));
  ASSERT_TRUE(proxy_->WaitForStat("sds.default.update_success", 1));
  ASSERT_TRUE(proxy_->WaitForStat("sds.ROOTCA.update_success", 1));
  port_ = proxy_->ListenerPort("ingress");
  EXPECT_TRUE(WillServe(authority_));
  const std::string method = Method("secret.v3.Secret", "Secrets");
  EXPECT_THAT(agent.methods(), testing::ElementsAre(method, method));
  SetSecretYaml(agent, "2", CertificateSecret("default", next_identity_));
  EXPECT_TRUE(WillServe(next_authority_));
}

INSTANTIATE_TEST_SUITE_P(Protocols, XdsStreamsTest, testing::Values("DELTA_GRPC", "GRPC"));

class MixedStreamsTest : public XdsStreamsTest {};

// Beside an aggregated stream.
TEST_P(MixedStreamsTest, ATypeMayComeOverItsOwnServiceBesideTheAggregatedOne) {
  ServeOwnBasics();
  SetRoute(ads_, "routes", "1", "a");
  SetListenerYaml(ads_, "1", OwnListenerYaml("plain", "ads: {}"));
  StartProxy(Bootstrap(ClusterAt("xds", OnPort(ads_.port())),
                       "ads_config: {" + Own().substr(std::string("api_config_source: {").size()) +
                           ", cds_config: {" + Own() + "}, lds_config: {ads: {}}"));
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  EXPECT_TRUE(WaitForBody("/", "a"));
  ASSERT_NE(port_ = proxy_->WaitForListener("plain"), 0);
  EXPECT_TRUE(WaitForBody("/", "a"));
  EXPECT_THAT(ads_.methods(), AllOf(Contains(Method("cluster.v3.Cluster", "Clusters")),
                                    Contains(Method("route.v3.Route", "Routes")),
                                    Contains(HasSubstr("AggregatedDiscoveryService")),
                                    Not(Contains(HasSubstr("ListenerDiscoveryService")))));
}

INSTANTIATE_TEST_SUITE_P(Protocols, MixedStreamsTest, testing::Values("DELTA_GRPC", "GRPC"));

}  // namespace
}  // namespace outrigger::test
