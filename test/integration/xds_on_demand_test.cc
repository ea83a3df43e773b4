// Clusters that are fetched when a request needs them (ODCDS).
#include <fmt/format.h>

#include <algorithm>

#include "test/integration/xds_fixture.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

using testing::EndsWith;
using testing::StartsWith;

constexpr std::string_view kType = "type.googleapis.com/envoy.extensions.filters.http.on_demand.v3";

std::string OnDemand(const std::string& timeout) {
  return fmt::format(
      "- {{name: fetch, typed_config: {{'@type': {}.OnDemand, odcds: {{source: {{ads: {{}}}}, "
      "timeout: {}}}}}}}\n      ",
      kType, timeout);
}

// Whether clusters come over CDS as well.
class XdsOnDemandTest : public XdsTest, public testing::WithParamInterface<bool> {
 protected:
  // Requests name their clusters in x-cluster; those to /route go where the route says: to `late`.
  void StartWith(const std::string& timeout = "600s", const std::string& route_fields = "",
                 const std::string& api_type = "DELTA_GRPC") {
    SetRouteYaml(ads_, "1",
                 "{name: routes, virtual_hosts: [{name: all, domains: ['*'], routes: [{match: "
                 "{prefix: /route}, route: {cluster: late}}, {match: {prefix: /}, route: "
                 "{cluster_header: x-cluster}" +
                     route_fields + "}]}]}");
    std::string listener = ListenerYaml("ingress", "routes");
    listener.insert(listener.find("- name: router"), OnDemand(timeout));
    SetListenerYaml(ads_, "1", listener);
    std::string bootstrap =
        StaticBootstrap{.listeners = {}, .ads_port = ads_.port(), .ads_api_type = api_type}
            .ToYaml();
    if (!GetParam()) {
      const size_t line = bootstrap.find("  cds_config:");
      bootstrap.erase(line, bootstrap.find('\n', line) + 1 - line);
    }
    StartProxy(bootstrap);
    ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
    ads_.HoldAnswers(true);  // each test answers itself
  }
  RawPeer Ask(const std::string& path = "/", const std::string& cluster = "late") {
    RawPeer client = RawPeer::ConnectTo(port_);
    EXPECT_TRUE(
        client.Send("GET " + path + " HTTP/1.1\r\nHost: a\r\nx-cluster: " + cluster + "\r\n\r\n"));
    return client;
  }
  std::string ClusterAt(const std::string& name, uint16_t port) const {
    return ClusterBytes(fmt::format(
        "{{name: {0}, type: STATIC, load_assignment: {{cluster_name: {0}, endpoints: "
        "[{{lb_endpoints: [{{endpoint: {{address: {{socket_address: {{address: 127.0.0.1, "
        "port_value: {1}}}}}}}}}]}}]}}}}",
        name, port));
  }
  void SendLate() {
    ads_.Send(
        Push(kCluster, "late").Add("late", "1", ClusterAt("late", backend_b_.port())).response());
  }
  static bool Names(const google::protobuf::RepeatedPtrField<std::string>& names,
                    const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
  bool WaitUntilAskedFor(const std::string& name, size_t from = 0) {
    return ads_
        .WaitForRequest(
            [&](const Request& request) {
              return request.type_url() == kCluster &&
                     Names(request.resource_names_subscribe(), name);
            },
            from)
        .has_value();
  }
  bool WaitUntilLetGo(const std::string& name) {
    return ads_
        .WaitForRequest([&](const Request& request) {
          return Names(request.resource_names_unsubscribe(), name);
        })
        .has_value();
  }
};

INSTANTIATE_TEST_SUITE_P(BesideCdsOrWithout, XdsOnDemandTest, testing::Bool());

TEST_P(XdsOnDemandTest, ARequestWaitsForTheClusterThatItNames) {
  StartWith();
  RawPeer client = Ask();
  ASSERT_TRUE(WaitUntilAskedFor("late"));
  SendLate();
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nb"));
  // From now on it is there.
  EXPECT_THAT(Ask().ReadMessage(), StartsWith("HTTP/1.1 200 "));
}

TEST_P(XdsOnDemandTest, ARequestWaitsForTheClusterOfItsRoute) {
  StartWith();
  RawPeer client = Ask("/route", "");
  ASSERT_TRUE(WaitUntilAskedFor("late"));
  SendLate();
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nb"));
}

TEST_P(XdsOnDemandTest, AClusterThatDoesNotComeIsNoCluster) {
  StartWith("0.02s");
  const int64_t before = proxy_->Stat("http.ingress.no_cluster");
  EXPECT_THAT(Ask().ReadMessage(), StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(proxy_->Stat("http.ingress.no_cluster"), before + 1);
  EXPECT_TRUE(WaitUntilLetGo("late"));
  EXPECT_TRUE(proxy_->WaitForStatBelow("cluster_manager.on_demand_clusters", 1));
}

TEST_P(XdsOnDemandTest, AnAnswerThatThereIsNoneEndsTheWait) {
  StartWith();
  RawPeer client = Ask();
  ASSERT_TRUE(WaitUntilAskedFor("late"));
  ads_.Send(Push(kCluster, "none").Remove("late").response());
  EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 503 "));
  // Whoever asks next asks anew.
  const size_t from = ads_.request_count();
  RawPeer again = Ask();
  ASSERT_TRUE(WaitUntilAskedFor("late", from));
  SendLate();
  EXPECT_THAT(again.ReadMessage(), StartsWith("HTTP/1.1 200 "));
}

TEST_P(XdsOnDemandTest, ManyRequestsShareOneSubscription) {
  StartWith();
  std::vector<RawPeer> clients;
  for (int i = 0; i < 40; ++i) clients.push_back(Ask());
  ASSERT_TRUE(WaitUntilAskedFor("late"));
  ASSERT_TRUE(proxy_->WaitForStat("http.ingress.downstream_rq_active", 40));
  SendLate();
  for (RawPeer& client : clients) EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200 "));
  const std::vector<Request> all = ads_.requests();
  EXPECT_EQ(std::count_if(all.begin(), all.end(),
                          [](const Request& request) {
                            return Names(request.resource_names_subscribe(), "late");
                          }),
            1);
}

// One that no route names goes at once.
TEST_P(XdsOnDemandTest, ARemovedClusterIsFetchedAgain) {
  StartWith();
  const auto push = [&](const std::string& nonce, const Backend& backend) {
    ads_.Send(Push(kCluster, nonce).Add("own", nonce, ClusterAt("own", backend.port())).response());
  };
  RawPeer client = Ask("/", "own");
  ASSERT_TRUE(WaitUntilAskedFor("own"));
  push("1", backend_b_);
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nb"));
  const size_t from = ads_.request_count();
  SendAndWait(Push(kCluster, "gone").Remove("own"));
  // A worker may not have heard of it yet.
  std::vector<RawPeer> clients;
  ASSERT_TRUE(WaitFor([&] {
    clients.push_back(Ask("/", "own"));
    const std::vector<Request> all = ads_.requests();
    return std::any_of(
        all.begin() + static_cast<ptrdiff_t>(from), all.end(),
        [](const Request& request) { return Names(request.resource_names_subscribe(), "own"); });
  }));
  push("2", backend_a_);
  EXPECT_TRUE(WaitFor([&] { return Ask("/", "own").ReadMessage().ends_with("\r\n\r\na"); }));
}

// Both workers' requests count, and those under way.
TEST_P(XdsOnDemandTest, OneThatNobodyUsesAnyMoreIsLetGo) {
  StartWith();
  const auto rest = [&] { proxy_->Advance(compiler::ClusterDemand::kIdleMax); };
  RawPeer client = Ask("/", "own");
  ASSERT_TRUE(WaitUntilAskedFor("own"));
  ads_.Send(Push(kCluster, "1").Add("own", "1", ClusterAt("own", backend_b_.port())).response());
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nb"));
  rest();
  EXPECT_THAT(Ask("/", "own").ReadMessage(), EndsWith("\r\n\r\nb"));
  EXPECT_EQ(proxy_->Stat("cluster_manager.on_demand_clusters"), 1);
  // Used in the time before: it has another one. What it is used for in this is looked at after it.
  rest();
  EXPECT_TRUE(WaitFor([&] {
    rest();
    return proxy_->Stat("cluster_manager.on_demand_clusters") == 0;
  }));
  EXPECT_TRUE(WaitUntilLetGo("own"));
  if (GetParam()) SendAndWait(Push(kCluster, "gone").Remove("own"));
  // Who needs it next has it asked for again.
  const size_t from = ads_.request_count();
  RawPeer next = Ask("/", "own");
  ASSERT_TRUE(WaitUntilAskedFor("own", from));
  ads_.Send(Push(kCluster, "2").Add("own", "2", ClusterAt("own", backend_a_.port())).response());
  EXPECT_THAT(next.ReadMessage(), EndsWith("\r\n\r\na"));
}

TEST_P(XdsOnDemandTest, OneThatARouteNamesStays) {
  StartWith();
  RawPeer client = Ask("/route", "");
  ASSERT_TRUE(WaitUntilAskedFor("late"));
  SendLate();
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nb"));
  for (int i = 0; i < 3; ++i) {
    proxy_->Advance(compiler::ClusterDemand::kIdleMax);
    EXPECT_EQ(proxy_->Stat("cluster_manager.on_demand_clusters"), 1);
  }
  EXPECT_THAT(Ask("/route", "").ReadMessage(), EndsWith("\r\n\r\nb"));
}

TEST_P(XdsOnDemandTest, AClientMayLeaveMeanwhile) {
  StartWith();
  Ask().Close();
  RawPeer stays = Ask();
  ASSERT_TRUE(WaitUntilAskedFor("late"));
  ASSERT_TRUE(proxy_->WaitForStat("http.ingress.downstream_rq_active", 1));
  SendLate();
  EXPECT_THAT(stays.ReadMessage(), StartsWith("HTTP/1.1 200 "));
}

TEST_P(XdsOnDemandTest, ARouteMaySwitchItOff) {
  StartWith(
      "600s",
      fmt::format(", typed_per_filter_config: {{fetch: {{'@type': {}.PerRouteConfig}}}}", kType));
  EXPECT_THAT(Ask().ReadMessage(), StartsWith("HTTP/1.1 503 "));
}

TEST_P(XdsOnDemandTest, ABodyWaitsToo) {
  StartWith();
  RawPeer client = RawPeer::ConnectTo(port_);
  ASSERT_TRUE(client.Send(
      "POST / HTTP/1.1\r\nHost: a\r\nx-cluster: late\r\nContent-Length: 4\r\n\r\nbody"));
  ASSERT_TRUE(WaitUntilAskedFor("late"));
  SendLate();
  EXPECT_THAT(client.ReadMessage(), StartsWith("HTTP/1.1 200 "));
}

}  // namespace
}  // namespace outrigger::test
