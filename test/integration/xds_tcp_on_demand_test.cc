// TCP proxies whose clusters are fetched when a connection needs them (on_demand).
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "test/integration/xds_fixture.h"
#include "test/support/log_folder.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

using testing::EndsWith;

class XdsTcpOnDemandTest : public XdsTest {
 protected:
  // Its connections go to cluster `late`, through a TCP proxy with such on_demand.
  static std::string Listener(const std::string& timeout, const std::string& tcp_fields = "",
                              const std::string& fields = "") {
    return fmt::format(
        "{{name: ingress, address: {{socket_address: {{address: 127.0.0.1, port_value: 0}}}}, "
        "filter_chains: [{{filters: [{{name: tcp, typed_config: {{'@type': type.googleapis.com/"
        "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: relay, cluster: "
        "late, on_demand: {{odcds_config: {{ads: {{}}}}, timeout: {}}}{}}}}}]}}]{}}}",
        timeout, tcp_fields, fields);
  }
  void StartWith(const std::string& timeout = "600s", const std::string& tcp_fields = "") {
    SetListenerYaml(ads_, "1", Listener(timeout, tcp_fields));
    StartProxy();
    // Not by asking it: that would be a connection.
    ASSERT_TRUE(proxy_->WaitForStat("listener_manager.listener_create_success", 1));
    ASSERT_NE(port_ = proxy_->ListenerPort("ingress"), 0);
    SettleWire();
    ads_.HoldAnswers(true);  // each test answers itself
  }
  RawPeer Ask() {
    RawPeer client = RawPeer::ConnectTo(port_);
    EXPECT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    return client;
  }
  void SendLate() {
    ads_.Send(Push(kCluster, "late")
                  .Add("late", "1",
                       ClusterBytes(fmt::format(
                           "{{name: late, type: STATIC, load_assignment: {{cluster_name: late, "
                           "endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: "
                           "{{address: 127.0.0.1, port_value: {}}}}}}}}}]}}]}}}}",
                           backend_b_.port())))
                  .response());
  }
  bool WaitUntilAskedFor(size_t from = 0) {
    return ads_
        .WaitForRequest(
            [](const Request& request) {
              const auto& names = request.resource_names_subscribe();
              return request.type_url() == kCluster &&
                     std::find(names.begin(), names.end(), "late") != names.end();
            },
            from)
        .has_value();
  }
  int64_t Counted(const std::string& metric) { return proxy_->Stat("tcp.relay." + metric); }
};

TEST_F(XdsTcpOnDemandTest, AConnectionWaitsForItsCluster) {
  StartWith();
  RawPeer client = Ask();
  ASSERT_TRUE(WaitUntilAskedFor());
  SendLate();
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nb"));
  EXPECT_EQ(Counted("on_demand_cluster_attempt"), 1);
  EXPECT_EQ(Counted("on_demand_cluster_success"), 1);
  // From now on it is there.
  EXPECT_THAT(Ask().ReadMessage(), EndsWith("\r\n\r\nb"));
  EXPECT_EQ(Counted("on_demand_cluster_attempt"), 1);
}

TEST_F(XdsTcpOnDemandTest, ManyConnectionsShareOneSubscription) {
  StartWith();
  std::vector<RawPeer> clients;
  for (int i = 0; i < 40; ++i) clients.push_back(Ask());
  ASSERT_TRUE(proxy_->WaitForStat("tcp.relay.on_demand_cluster_attempt", 40));
  ASSERT_TRUE(WaitUntilAskedFor());
  SendLate();
  for (RawPeer& client : clients) EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nb"));
  EXPECT_EQ(Counted("on_demand_cluster_success"), 40);
}

TEST_F(XdsTcpOnDemandTest, AnAnswerThatThereIsNoneEndsTheConnection) {
  LogFolder folder;
  StartWith("600s", fmt::format(", access_log: [{{name: file, typed_config: {{'@type': "
                                "type.googleapis.com/envoy.extensions.access_loggers.file.v3."
                                "FileAccessLog, path: {}, log_format: {{text_format_source: "
                                "{{inline_string: \"%RESPONSE_FLAGS%\\n\"}}}}}}}}]",
                                folder.Path("log")));
  RawPeer client = Ask();
  ASSERT_TRUE(WaitUntilAskedFor());
  ads_.Send(Push(kCluster, "none").Remove("late").response());
  EXPECT_TRUE(client.HasEnded());
  EXPECT_EQ(folder.NextLine("log"), "NC");
  EXPECT_EQ(Counted("on_demand_cluster_missing"), 1);
  EXPECT_EQ(Counted("downstream_cx_no_route"), 1);
  // Whoever comes next asks anew.
  const size_t from = ads_.request_count();
  RawPeer again = Ask();
  ASSERT_TRUE(WaitUntilAskedFor(from));
  SendLate();
  EXPECT_THAT(again.ReadMessage(), EndsWith("\r\n\r\nb"));
}

TEST_F(XdsTcpOnDemandTest, AClusterThatDoesNotComeInTimeIsNoCluster) {
  StartWith("0.02s");
  EXPECT_TRUE(Ask().HasEnded());
  EXPECT_EQ(Counted("on_demand_cluster_timeout"), 1);
  EXPECT_EQ(Counted("on_demand_cluster_success"), 0);
  EXPECT_EQ(Counted("downstream_cx_no_route"), 1);
}

TEST_F(XdsTcpOnDemandTest, AClientMayLeaveMeanwhile) {
  StartWith();
  Ask().Reset();
  RawPeer stays = Ask();
  ASSERT_TRUE(proxy_->WaitForStat("tcp.relay.on_demand_cluster_attempt", 2));
  SendLate();
  EXPECT_THAT(stays.ReadMessage(), EndsWith("\r\n\r\nb"));
}

TEST_F(XdsTcpOnDemandTest, P9_AConnectionWaitsOnThroughAChangeOfItsListener) {
  StartWith();
  RawPeer client = Ask();
  ASSERT_TRUE(WaitUntilAskedFor());
  const std::string changed = Listener("600s", "", ", per_connection_buffer_limit_bytes: 1024");
  SendAndWait(Push(kListener, "2").Add("ingress", "2", ListenerBytes(changed)));
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.listener_create_success", 2));
  SendLate();
  EXPECT_THAT(client.ReadMessage(), EndsWith("\r\n\r\nb"));
}

}  // namespace
}  // namespace outrigger::test
