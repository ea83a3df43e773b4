// Which endpoints a route wants, by their labels, and who is asked where none has them.
#include <fmt/format.h>

#include <string>

#include "test/integration/xds_fixture.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

constexpr const char* kByVersion = "{subset_selectors: [{keys: [version]}]}";

// What a route says: its endpoints must have these labels.
std::string Wants(const std::string& labels) {
  return fmt::format("metadata_match: {{filter_metadata: {{envoy.lb: {{{}}}}}}}", labels);
}

std::string Route(const std::string& path, const std::string& labels) {
  return fmt::format("{{match: {{path: {}}}, route: {{cluster: a, {}}}}}", path, Wants(labels));
}

std::string Table(const std::string& routes) {
  return fmt::format(
      "{{name: routes, virtual_hosts: [{{name: all, domains: ['*'], routes: [{}]}}]}}", routes);
}

std::string LbEndpoint(uint16_t port, const std::string& labels) {
  return fmt::format(
      "{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: {}}}}}}}, "
      "metadata: {{filter_metadata: {{envoy.lb: {{{}}}}}}}}}",
      port, labels);
}

// A filter that turns the field `x-version` of a request into a label.
constexpr const char* kFromHeader =
    "- {name: h2m, typed_config: {'@type': type.googleapis.com/envoy.extensions.filters.http."
    "header_to_metadata.v3.Config, request_rules: [{header: x-version, on_header_present: {"
    "metadata_namespace: envoy.lb, key: version}}]}}\n      ";

class XdsSubsetsTest : public XdsTest {
 protected:
  // Backend a has version 1, backend b version 2; `subsets` is how the cluster divides them.
  std::string Cluster(const std::string& subsets, const std::string& version_of_b = "2") const {
    return fmt::format(
        "{{name: a, type: STATIC, {} load_assignment: {{cluster_name: a, endpoints: "
        "[{{lb_endpoints: [{}, {}]}}]}}}}",
        subsets.empty() ? "" : "lb_subset_config: " + subsets + ",",
        LbEndpoint(backend_a_.port(), "version: '1'"),
        LbEndpoint(backend_b_.port(), "version: '" + version_of_b + "'"));
  }
  // /1, /2 and /9 want that version, everything else nothing.
  void Serve(const std::string& cluster) {
    ServeBasics();
    SetRouteYaml(
        ads_, "1",
        Table(Route("/1", "version: '1'") + ", " + Route("/2", "version: '2'") + ", " +
              Route("/9", "version: '9'") + ", {match: {prefix: /}, route: {cluster: a}}"));
    ServeWithRoutes(cluster);
  }
  void ServeWithRoutes(const std::string& cluster) {
    ads_.Set(kCluster, "a", "1", ClusterBytes(cluster));
    StartProxy();
    port_ = proxy_->WaitForListener("ingress");
    ASSERT_NE(port_, 0);
  }
  // Every one of some requests is answered by that backend, on connections to any worker.
  void ExpectAll(const std::string& path, const std::string& backend) {
    for (int i = 0; i < 8; ++i) EXPECT_EQ(Body(path), backend) << path;
  }
  void ExpectBoth(const std::string& path) {
    EXPECT_TRUE(WaitForBody(path, "a"));
    EXPECT_TRUE(WaitForBody(path, "b"));
  }
  int64_t Stat(const std::string& name) { return proxy_->Stat("cluster.a.lb_subsets_" + name); }
};

TEST_F(XdsSubsetsTest, RequestsGoWhereTheLabelsAreThatTheirRouteWants) {
  Serve(Cluster(kByVersion));
  ExpectAll("/1", "a");
  ExpectAll("/2", "b");
  EXPECT_EQ(Stat("selected"), 16);
  EXPECT_EQ(Stat("active"), 2);
  EXPECT_EQ(Stat("created"), 2);
}

TEST_F(XdsSubsetsTest, WithoutSubsetsWhatARouteWantsHasNoEffect) {
  Serve(Cluster(""));
  ExpectBoth("/1");
  EXPECT_EQ(Stat("selected"), 0);
  EXPECT_EQ(Stat("active"), 0);
}

TEST_F(XdsSubsetsTest, WhereNobodyHasTheLabelsNobodyIsAsked) {
  Serve(Cluster(kByVersion));
  const int64_t before = proxy_->Stat("cluster.a.upstream_cx_none_healthy");
  for (const char* path : {"/9", "/"}) {
    EXPECT_EQ(Status(path), 503);
    EXPECT_EQ(Body(path), "no healthy upstream");
  }
  EXPECT_EQ(proxy_->Stat("cluster.a.upstream_cx_none_healthy"), before + 4);
  EXPECT_EQ(Stat("selected"), 0);
  EXPECT_EQ(Stat("fallback"), 0);
}

TEST_F(XdsSubsetsTest, AnyEndpointIsAskedWhereTheClusterSaysSo) {
  Serve(Cluster("{fallback_policy: ANY_ENDPOINT, subset_selectors: [{keys: [version]}]}"));
  ExpectBoth("/9");
  ExpectBoth("/");
  EXPECT_GE(Stat("fallback"), 4);
  ExpectAll("/1", "a");
}

TEST_F(XdsSubsetsTest, TheDefaultSubsetIsAskedWhereTheClusterSaysSo) {
  Serve(
      Cluster("{fallback_policy: DEFAULT_SUBSET, default_subset: {version: '2'}, subset_selectors: "
              "[{keys: [version]}]}"));
  const int64_t before = Stat("fallback");
  ExpectAll("/9", "b");
  ExpectAll("/", "b");
  EXPECT_EQ(Stat("fallback"), before + 16);
}

TEST_F(XdsSubsetsTest, AnyEndpointIsTheLastResortOfAnEmptyDefaultSubset) {
  Serve(
      Cluster("{fallback_policy: DEFAULT_SUBSET, default_subset: {version: '7'}, panic_mode_any: "
              "true, subset_selectors: [{keys: [version]}]}"));
  ExpectBoth("/9");
  EXPECT_GE(Stat("fallback_panic"), 2);
  EXPECT_EQ(Stat("fallback"), 0);
}

TEST_F(XdsSubsetsTest, ASelectorsFallbackCountsBeforeTheClusters) {
  Serve(
      Cluster("{fallback_policy: ANY_ENDPOINT, subset_selectors: [{keys: [version], "
              "fallback_policy: NO_FALLBACK}]}"));
  EXPECT_EQ(Status("/9"), 503);
  ExpectBoth("/");
}

TEST_F(XdsSubsetsTest, LabelsOfAWeightedClusterCountBeforeThoseOfItsRoute) {
  ServeBasics();
  SetRouteYaml(ads_, "1",
               Table("{match: {prefix: /}, route: {" + Wants("version: '1'") +
                     ", weighted_clusters: {header_name: x-choice, clusters: [{name: a, weight: "
                     "1}, {name: a, weight: 1, " +
                     Wants("version: '2'") + "}]}}}"));
  ServeWithRoutes(Cluster(kByVersion));
  for (const char* choice : {"0", "1"}) {
    RawPeer client = RawPeer::ConnectTo(port_);
    ASSERT_TRUE(
        client.Send(fmt::format("GET / HTTP/1.1\r\nHost: a\r\nx-choice: {}\r\n\r\n", choice)));
    EXPECT_THAT(client.ReadMessage(), testing::EndsWith(choice[0] == '0' ? "a" : "b"));
  }
}

TEST_F(XdsSubsetsTest, LabelsThatFiltersNoteCountBeforeThoseOfTheRoute) {
  ServeBasics();
  SetRouteYaml(ads_, "1",
               Table("{match: {prefix: /}, route: {cluster: a, " + Wants("version: '1'") + "}}"));
  std::string listener = ListenerYaml("ingress", "routes");
  const size_t router = listener.find("- name: router");
  ASSERT_NE(router, std::string::npos);
  listener.insert(router, kFromHeader);
  SetListenerYaml(ads_, "1", listener);
  ServeWithRoutes(Cluster(kByVersion));
  ExpectAll("/", "a");
  for (int i = 0; i < 4; ++i) {
    RawPeer client = RawPeer::ConnectTo(port_);
    ASSERT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\nx-version: 2\r\n\r\n"));
    EXPECT_THAT(client.ReadMessage(), testing::EndsWith("\r\n\r\nb"));
  }
}

// As a real Envoy does it.
TEST_F(XdsSubsetsTest, CopiesGoWhereTheLabelsAreThatTheirRouteWants) {
  ServeBasics();
  SetRouteYaml(ads_, "1",
               Table("{match: {prefix: /}, route: {cluster: b, " + Wants("version: '1'") +
                     ", request_mirror_policies: [{cluster: a}]}}"));
  ServeWithRoutes(Cluster(kByVersion));
  EXPECT_EQ(Body("/copied"), "b");
  EXPECT_TRUE(WaitFor([this] { return backend_a_.TimesAnswered("GET")["/copied"] == 1; }));
  EXPECT_EQ(backend_b_.TimesAnswered("GET")["/copied"], 1);
}

TEST_F(XdsSubsetsTest, ATcpProxyAsksThoseThatHaveItsLabels) {
  Serve(Cluster(kByVersion));
  SetListenerYaml(
      ads_, "2",
      "{name: tcp, address: {socket_address: {address: 127.0.0.1, port_value: 0}}, filter_chains: "
      "[{filters: [{name: tcp, typed_config: {'@type': type.googleapis.com/"
      "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: tcp, cluster: a, " +
          Wants("version: '2'") + "}}]}]}");
  port_ = proxy_->WaitForListener("tcp");
  ASSERT_NE(port_, 0);
  ExpectAll("/", "b");
}

TEST_F(XdsSubsetsTest, EndpointsThatGetOtherLabelsGetOtherRequests) {
  Serve(Cluster(kByVersion));
  ExpectAll("/2", "b");
  EXPECT_EQ(Status("/9"), 503);
  const size_t connections = backend_b_.connections();
  SendAndWait(Push(kCluster, "moved").Add("a", "2", ClusterBytes(Cluster(kByVersion, "9"))));
  EXPECT_TRUE(WaitForBody("/9", "b"));
  EXPECT_TRUE(WaitFor([this] { return Status("/2") == 503; }));
  EXPECT_EQ(Stat("active"), 2);
  EXPECT_EQ(Stat("created"), 3);
  EXPECT_EQ(Stat("removed"), 1);
  EXPECT_LE(backend_b_.connections(), connections + RunningProxy::kWorkers);
  // The division goes, and with it what it has counted as being there.
  SendAndWait(Push(kCluster, "whole").Add("a", "3", ClusterBytes(Cluster(""))));
  EXPECT_TRUE(WaitForBody("/2", "a"));
  EXPECT_EQ(Stat("active"), 0);
  EXPECT_EQ(Stat("removed"), 3);
}

TEST_F(XdsSubsetsTest, EndpointsOfTheControlPlaneHaveLabels) {
  ServeBasics();
  SetRouteYaml(ads_, "1", Table(Route("/2", "version: '2'")));
  const auto assignment = [this](const std::string& of_a, const std::string& of_b) {
    return AssignmentBytes("{cluster_name: a, endpoints: [{lb_endpoints: [" +
                           LbEndpoint(backend_a_.port(), of_a) + ", " +
                           LbEndpoint(backend_b_.port(), of_b) + "]}]}");
  };
  ads_.Set(kEndpoints, "a", "2", assignment("version: '1'", "version: '2'"));
  ServeWithRoutes(
      fmt::format("{{name: a, type: EDS, eds_cluster_config: {{eds_config: {{ads: {{}}}}}}, "
                  "lb_subset_config: {}}}",
                  kByVersion));
  ExpectAll("/2", "b");
  SendAndWait(Push(kEndpoints, "turned").Add("a", "3", assignment("version: '2'", "version: '1'")));
  EXPECT_TRUE(WaitForBody("/2", "a"));
}

}  // namespace
}  // namespace outrigger::test
