// Loggers of a gRPC service that come and go with the configuration, as the service itself does.
#include <fmt/format.h>

#include <string>

#include "test/integration/xds_fixture.h"
#include "test/support/access_log_server.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {
namespace {

using testing::SizeIs;

constexpr std::string_view kLogger =
    "access_log: [{name: access-logger, typed_config: {'@type': type.googleapis.com/envoy."
    "extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig, common_config: {log_name: echo, "
    "buffer_size_bytes: 0, grpc_service: {envoy_grpc: {cluster_name: als}}}}}], ";

class XdsGrpcAccessLog : public XdsTest {
 protected:
  // The listener, with a route table of its own that answers with that text.
  void SetLogged(const std::string& version, const std::string& text,
                 std::string_view logger = kLogger) {
    SetListenerYaml(
        ads_, version,
        fmt::format(
            "{{name: ingress, address: {{socket_address: {{address: 127.0.0.1, port_value: {}}}}}, "
            "filter_chains: [{{filters: [{{name: hcm, typed_config: {{'@type': type.googleapis.com/"
            "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager, "
            "stat_prefix: ingress, {} http_filters: [{{name: router, typed_config: {{'@type': "
            "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}}}}], "
            "route_config: "
            "{{name: own, virtual_hosts: [{{name: all, domains: ['*'], routes: [{{match: {{prefix: "
            "/}}, direct_response: {{status: 200, body: {{inline_string: {}}}}}}}]}}]}}}}}}]}}]}}",
            listen_port_, logger, text));
  }
  void SetService(uint16_t port) {
    SetEdsCluster(ads_, "als");
    SetEndpoints(ads_, "als", "1", {port});
  }
  void Start() {
    StartProxy();
    port_ = listen_port_;
    ASSERT_TRUE(proxy_->WaitForStat("listener_manager.total_listeners_active", 1));
  }
  // The body is there, and an entry for whatever was asked meanwhile.
  bool Answers(const std::string& text) { return WaitForBody("/", text); }

  const uint16_t listen_port_ = RawListener().port();
  AccessLogServer server_;
};

TEST_F(XdsGrpcAccessLog, AnUpdateThatKeepsTheLoggerKeepsItsStream) {
  SetService(server_.port());
  SetLogged("1", "one");
  Start();
  ASSERT_TRUE(Answers("one"));
  ASSERT_THAT(server_.HttpEntries(1), SizeIs(testing::Ge(1)));
  SetLogged("2", "two");
  ASSERT_TRUE(Answers("two"));
  const auto written = proxy_->Stat("access_logs.grpc_access_log.logs_written");
  EXPECT_TRUE(proxy_->WaitForStat("access_logs.grpc_access_log.grpc_entries_flushed", written));
  EXPECT_THAT(server_.streams(), SizeIs(1));
}

TEST_F(XdsGrpcAccessLog, TheStreamOfALoggerThatIsGoneEndsInGoodOrder) {
  SetService(server_.port());
  SetLogged("1", "one");
  Start();
  ASSERT_TRUE(Answers("one"));
  ASSERT_TRUE(server_.WaitForStreams(1));
  SetLogged("2", "two", "");
  ASSERT_TRUE(Answers("two"));
  EXPECT_TRUE(server_.WaitForStreams(0));
  EXPECT_TRUE(server_.streams()[0].is_ended_by_client);
  SetLogged("3", "three");
  ASSERT_TRUE(Answers("three"));
  EXPECT_TRUE(server_.WaitForStreams(1));
}

TEST_F(XdsGrpcAccessLog, EntriesWaitForTheirCluster) {
  SetLogged("1", "one");
  Start();
  ASSERT_TRUE(Answers("one"));
  ASSERT_TRUE(proxy_->WaitForStat("access_logs.grpc_access_log.logs_written", 1));
  SetService(server_.port());
  EXPECT_THAT(server_.HttpEntries(1), SizeIs(testing::Ge(1)));
}

TEST_F(XdsGrpcAccessLog, AServiceThatMovesIsFoundWhereItIsNow) {
  AccessLogServer second;
  SetService(server_.port());
  SetLogged("1", "one");
  Start();
  ASSERT_TRUE(Answers("one"));
  ASSERT_THAT(server_.HttpEntries(1), SizeIs(testing::Ge(1)));
  SetEndpoints(ads_, "als", "2", {second.port()});
  ASSERT_TRUE(proxy_->WaitForStat("cluster.als.update_success", 2));
  server_.Stop();
  ASSERT_TRUE(proxy_->WaitForStat("access_logs.grpc_access_log.streams_failed", 1));
  ASSERT_TRUE(Answers("one"));
  EXPECT_THAT(second.HttpEntries(1), SizeIs(testing::Ge(1)));
}

}  // namespace
}  // namespace outrigger::test
