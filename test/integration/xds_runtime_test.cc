// Layers of the runtime that come from the control plane: over the aggregated stream, over one of
// their own, from a file.
#include <gmock/gmock.h>

#include <string>

#include "test/integration/xds_fixture.h"
#include "test/support/moved_files.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;

const std::string kRuntime(compiler::kRuntimeType);

class XdsRuntimeTest : public XdsTest {
 protected:
  // Layer "base" says that rules.new is 0, layer "remote" is the Runtime "flags".
  std::string Bootstrap(const std::string& source, const std::string& base = "rules.new: 0") const {
    return AdsBootstrap("") + "\nlayered_runtime: {layers: [{name: base, static_layer: {" + base +
           "}}, {name: remote, rtds_layer: {name: flags, rtds_config: {" + source + "}}}]}\n";
  }
  std::string OwnStream(const std::string& api_type) const {
    return "api_config_source: {api_type: " + api_type +
           ", transport_api_version: V3, grpc_services: {envoy_grpc: {cluster_name: xds}}}";
  }
  void SetFlags(const std::string& version, const std::string& layer) {
    ads_.Set(kRuntime, "flags", version, RuntimeBytes("{name: flags, layer: {" + layer + "}}"));
  }
  // Requests go to b, as far as rules.new says so, else to a.
  static std::string RulesYaml(const std::string& name) {
    return "{name: " + name +
           ", virtual_hosts: [{name: all, domains: ['*'], routes: [{match: {prefix: /, "
           "runtime_fraction: {default_value: {numerator: 100}, runtime_key: rules.new}}, route: "
           "{cluster: b}}, {match: {prefix: /}, route: {cluster: a}}]}]}";
  }
  void ServeRules() {
    ServeBasics();
    SetRouteYaml(ads_, "1", RulesYaml("routes"));
  }
  void Start(const std::string& bootstrap) {
    StartProxy(bootstrap);
    ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  }
};

class XdsRuntimeSourceTest : public XdsRuntimeTest,
                             public testing::WithParamInterface<const char*> {
 protected:
  std::string Source() const {
    return GetParam() == std::string("ADS") ? "ads: {}" : OwnStream(GetParam());
  }
};

TEST_P(XdsRuntimeSourceTest, ItsValuesTakeEffectWhereTheyAreRead) {
  ServeRules();
  SetFlags("1", "k: v");
  Start(Bootstrap(Source()));
  EXPECT_TRUE(WaitForBody("/", "a"));
  SetFlags("2", "rules: {new: 100}");
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_THAT(
      AdminPage("/runtime"),
      HasSubstr("\"rules.new\": {\n   \"layer_values\": [\n    \"0\",\n    \"100\"\n   ],"));
  SetFlags("3", "rules.new: 0");
  EXPECT_TRUE(WaitForBody("/", "a"));
}

TEST_P(XdsRuntimeSourceTest, WhatIsRefusedChangesNothing) {
  ServeRules();
  SetFlags("1", "rules.new: 100");
  Start(Bootstrap(Source()));
  ASSERT_TRUE(WaitForBody("/", "b"));
  SetFlags("2", "rules: {new: [0]}");
  ASSERT_TRUE(proxy_->WaitForStat("runtime.update_rejected", 1));
  EXPECT_EQ(Body(), "b");
  EXPECT_THAT(AdminPage("/xds?type=runtime"),
              HasSubstr("layer.rules.new: must be a text, a number, a bool or a map"));
  SetFlags("3", "rules.new: 0");
  EXPECT_TRUE(WaitForBody("/", "a"));
}

INSTANTIATE_TEST_SUITE_P(, XdsRuntimeSourceTest, testing::Values("ADS", "GRPC", "DELTA_GRPC"));

TEST_F(XdsRuntimeTest, LayersMayComeFromFiles) {
  MovedFiles files;
  const auto put = [&files](const std::string& share) {
    files.Put("flags.yaml",
              DiscoveryYaml(share, kRuntime, {"name: flags, layer: {rules.new: " + share + "}"}));
  };
  put("100");
  ServeRules();
  Start(Bootstrap(PathSource(files.Path("flags.yaml"))));
  EXPECT_TRUE(WaitForBody("/", "b"));
  put("0");
  EXPECT_TRUE(WaitForBody("/", "a"));
}

TEST_F(XdsRuntimeTest, WhatTheServerRemovesIsThatOfTheLayersBefore) {
  ServeRules();
  SetFlags("1", "rules.new: 100");
  Start(Bootstrap("ads: {}"));
  ASSERT_TRUE(WaitForBody("/", "b"));
  ads_.Remove(kRuntime, "flags");
  EXPECT_TRUE(WaitForBody("/", "a"));
}

TEST_F(XdsRuntimeTest, RoutesInListenersTakeThem) {
  ServeBasics();
  SetFlags("1", "rules.new: 100");
  std::string listener = ListenerYaml("inline", "routes");
  const std::string rds = "rds: {";
  const size_t from = listener.find(rds);
  ASSERT_NE(from, std::string::npos) << listener;
  const size_t end = listener.find("}}}", from) + 3;
  listener.replace(from, end - from, "route_config: " + RulesYaml("inline"));
  SetListenerYaml(ads_, "1", listener);
  StartProxy(Bootstrap("ads: {}"));
  ASSERT_NE(port_ = proxy_->WaitForListener("inline"), 0);
  HttpClient client(port_);
  EXPECT_TRUE(WaitFor([&] { return BodyFrom(client) == "b"; }));
  const std::string connections = "listener.127.0.0.1_0.downstream_cx_total";
  const int64_t before = proxy_->Stat(connections);
  SetFlags("2", "rules.new: 0");
  // The connection goes on: only its requests are told.
  EXPECT_TRUE(WaitFor([&] { return BodyFrom(client) == "a"; }));
  EXPECT_EQ(proxy_->Stat(connections), before);
}

TEST_F(XdsRuntimeTest, R75_LimitsOnConnectionsFollowThem) {
  ServeBasics();
  SetFlags("1", "k: v");
  Start(Bootstrap("ads: {}"));
  ASSERT_TRUE(WaitForBody("/", "a"));
  RawPeer first = RawPeer::ConnectTo(port_);
  ASSERT_TRUE(first.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_THAT(first.ReadMessage(), HasSubstr("200 OK"));
  const auto is_turned_away = [&] {
    RawPeer late = RawPeer::ConnectTo(port_);
    return !late.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") || late.ReadMessage().empty();
  };
  for (const char* key : {"envoy.resource_limits.listener.ingress.connection_limit",
                          "overload.global_downstream_max_connections"}) {
    SetFlags(std::string("limited by ") + key, std::string(key) + ": 1");
    EXPECT_TRUE(WaitFor(is_turned_away)) << key;
    SetFlags(std::string("free of ") + key, "k: v");
    EXPECT_TRUE(WaitForBody("/", "a")) << key;
  }
}

TEST_F(XdsRuntimeTest, TheStartWaitsForThem) {
  ads_.HoldAnswers(true);
  ServeRules();
  SetFlags("1", "rules.new: 100");
  StartProxy(Bootstrap("ads: {}"));
  FirstAsk(kRuntime);
  EXPECT_EQ(proxy_->Stat("server.state"), 3);
  for (const Request& request : ads_.requests()) EXPECT_EQ(request.type_url(), kRuntime);
  ads_.HoldAnswers(false);
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_TRUE(proxy_->WaitForStatBelow("server.state", 1));
  EXPECT_EQ(proxy_->Stat("runtime.init_fetch_timeout"), 0);
}

TEST_F(XdsRuntimeTest, X44_NoLongerThanTheirInitialFetchTimeout) {
  ads_.HoldAnswers(true);
  ServeRules();
  StartProxy(Bootstrap("ads: {}, initial_fetch_timeout: 0.05s"));
  FirstAsk(kCluster);
  EXPECT_EQ(proxy_->Stat("runtime.init_fetch_timeout"), 1);
  ads_.HoldAnswers(false);
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  EXPECT_TRUE(WaitForBody("/", "a"));
  EXPECT_TRUE(proxy_->WaitForStatBelow("server.state", 1));
}

TEST_F(XdsRuntimeTest, ItIsCountedAsEnvoyCountsIt) {
  ServeRules();
  SetFlags("7", "rules.new: 100, k: v");
  Start(Bootstrap("ads: {}"));
  ASSERT_TRUE(WaitForBody("/", "b"));
  EXPECT_EQ(proxy_->Stat("runtime.num_layers"), 2);
  EXPECT_EQ(proxy_->Stat("runtime.num_keys"), 2);
  EXPECT_EQ(proxy_->Stat("runtime.load_success"), 2);
  EXPECT_EQ(proxy_->Stat("runtime.update_success"), 1);
  EXPECT_THAT(AdminPage("/stats?filter=runtime"), HasSubstr("runtime.version_text: \"7\""));
}

}  // namespace
}  // namespace outrigger::test
