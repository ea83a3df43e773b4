// The names that dashboards and alerts of others ask for, as a proxy has them that has served a
// little of everything. A name that is missing here is a graph that stays empty.
#include <string>
#include <string_view>

#include "test/integration/tls_fixture.h"
#include "test/integration/xds_fixture.h"

namespace outrigger::test {
namespace {

// Those of which Prometheus is asked, all of them names of Envoy 1.40. Not here are those of
// features that are not there: outlier detection, secrets by discovery.
constexpr std::string_view kPrometheusNames[] = {
    "envoy_cluster_circuit_breakers_default_cx_open",
    "envoy_cluster_circuit_breakers_default_remaining_cx",
    "envoy_cluster_circuit_breakers_default_remaining_pending",
    "envoy_cluster_circuit_breakers_default_remaining_rq",
    "envoy_cluster_circuit_breakers_default_rq_open",
    "envoy_cluster_circuit_breakers_default_rq_pending_open",
    "envoy_cluster_circuit_breakers_default_rq_retry_open",
    "envoy_cluster_lb_healthy_panic",
    "envoy_cluster_manager_active_clusters",
    "envoy_cluster_manager_cds_update_attempt",
    "envoy_cluster_manager_cds_update_failure",
    "envoy_cluster_manager_cds_update_rejected",
    "envoy_cluster_manager_cds_update_success",
    "envoy_cluster_manager_warming_clusters",
    "envoy_cluster_membership_degraded",
    "envoy_cluster_membership_excluded",
    "envoy_cluster_membership_healthy",
    "envoy_cluster_membership_total",
    "envoy_cluster_ssl_certificate_expiration_unix_time_seconds",
    "envoy_cluster_ssl_handshake",
    "envoy_cluster_update_rejected",
    "envoy_cluster_update_success",
    "envoy_cluster_upstream_cx_active",
    "envoy_cluster_upstream_cx_connect_fail",
    "envoy_cluster_upstream_cx_connect_ms_bucket",
    "envoy_cluster_upstream_cx_connect_timeout",
    "envoy_cluster_upstream_cx_destroy",
    "envoy_cluster_upstream_cx_destroy_remote",
    "envoy_cluster_upstream_cx_destroy_remote_with_active_rq",
    "envoy_cluster_upstream_cx_length_ms_bucket",
    "envoy_cluster_upstream_cx_max_duration_reached",
    "envoy_cluster_upstream_cx_overflow",
    "envoy_cluster_upstream_cx_pool_overflow",
    "envoy_cluster_upstream_cx_rx_bytes_total",
    "envoy_cluster_upstream_cx_total",
    "envoy_cluster_upstream_cx_tx_bytes_total",
    "envoy_cluster_upstream_rq",
    "envoy_cluster_upstream_rq_active",
    "envoy_cluster_upstream_rq_cancelled",
    "envoy_cluster_upstream_rq_max_duration_reached",
    "envoy_cluster_upstream_rq_pending_active",
    "envoy_cluster_upstream_rq_pending_overflow",
    "envoy_cluster_upstream_rq_per_cx_bucket",
    "envoy_cluster_upstream_rq_retry",
    "envoy_cluster_upstream_rq_retry_overflow",
    "envoy_cluster_upstream_rq_retry_success",
    "envoy_cluster_upstream_rq_rx_reset",
    "envoy_cluster_upstream_rq_time_bucket",
    "envoy_cluster_upstream_rq_timeout",
    "envoy_cluster_upstream_rq_total",
    "envoy_cluster_upstream_rq_tx_reset",
    "envoy_cluster_upstream_rq_xx",
    "envoy_control_plane_connected_state",
    "envoy_control_plane_pending_requests",
    "envoy_control_plane_rate_limit_enforced",
    "envoy_http2_inbound_empty_frames_flood",
    "envoy_http2_outbound_control_flood",
    "envoy_http2_rx_messaging_error",
    "envoy_http_downstream_cx_active",
    "envoy_http_downstream_cx_destroy_local",
    "envoy_http_downstream_cx_destroy_remote",
    "envoy_http_downstream_cx_drain_close",
    "envoy_http_downstream_cx_protocol_error",
    "envoy_http_downstream_cx_rx_bytes_total",
    "envoy_http_downstream_cx_total",
    "envoy_http_downstream_cx_tx_bytes_total",
    "envoy_http_downstream_rq_active",
    "envoy_http_downstream_rq_http1_total",
    "envoy_http_downstream_rq_http2_total",
    "envoy_http_downstream_rq_rx_reset",
    "envoy_http_downstream_rq_time_bucket",
    "envoy_http_downstream_rq_timeout",
    "envoy_http_downstream_rq_too_large",
    "envoy_http_downstream_rq_total",
    "envoy_http_downstream_rq_xx",
    "envoy_http_no_route",
    "envoy_http_rds_update_failure",
    "envoy_http_rds_update_rejected",
    "envoy_http_rds_update_success",
    "envoy_listener_downstream_cx_active",
    "envoy_listener_downstream_cx_overflow",
    "envoy_listener_downstream_cx_overload_reject",
    "envoy_listener_downstream_cx_total",
    "envoy_listener_http_downstream_rq_xx",
    "envoy_listener_manager_lds_update_failure",
    "envoy_listener_manager_lds_update_rejected",
    "envoy_listener_manager_lds_update_success",
    "envoy_listener_manager_total_listeners_active",
    "envoy_listener_manager_total_listeners_draining",
    "envoy_listener_manager_total_listeners_warming",
    "envoy_listener_manager_workers_started",
    "envoy_listener_no_filter_chain_match",
    "envoy_listener_server_ssl_socket_factory_ssl_context_update_by_sds",
    "envoy_listener_ssl_certificate_expiration_unix_time_seconds",
    "envoy_listener_ssl_connection_error",
    "envoy_listener_ssl_fail_verify_error",
    "envoy_listener_ssl_handshake",
    "envoy_rbac_allowed",
    "envoy_rbac_denied",
    "envoy_server_concurrency",
    "envoy_server_days_until_first_cert_expiring",
    "envoy_server_initialization_time_ms_bucket",
    "envoy_server_live",
    "envoy_server_main_thread_watchdog_mega_miss",
    "envoy_server_main_thread_watchdog_miss",
    "envoy_server_memory_allocated",
    "envoy_server_memory_heap_size",
    "envoy_server_memory_physical_size",
    "envoy_server_state",
    "envoy_server_total_connections",
    "envoy_server_uptime",
    "envoy_server_worker_watchdog_mega_miss",
    "envoy_server_worker_watchdog_miss",
    "envoy_tcp_downstream_cx_rx_bytes_total",
    "envoy_tcp_downstream_cx_total",
    "envoy_tcp_downstream_cx_tx_bytes_total",
};

// Those of subscriptions, by their whole names.
constexpr std::string_view kNames[] = {
    "cluster_manager.cds.config_reload",
    "cluster_manager.cds.init_fetch_timeout",
    "cluster_manager.cds.update_attempt",
    "cluster_manager.cds.update_failure",
    "cluster_manager.cds.update_rejected",
    "cluster_manager.cds.update_success",
    "cluster_manager.cds.update_time",
    "cluster_manager.cds.version",
    "cluster_manager.cds.version_text",
    "control_plane.connected_state",
    "control_plane.pending_requests",
    "control_plane.rate_limit_enforced",
    "listener_manager.lds.init_fetch_timeout",
    "listener_manager.lds.update_attempt",
    "listener_manager.lds.update_failure",
    "listener_manager.lds.update_rejected",
    "listener_manager.lds.update_success",
    "listener_manager.lds.update_time",
    "listener_manager.lds.version",
    "listener_manager.lds.version_text",
    "http.ingress.rds.routes.config_reload",
    "http.ingress.rds.routes.init_fetch_timeout",
    "http.ingress.rds.routes.update_attempt",
    "http.ingress.rds.routes.update_failure",
    "http.ingress.rds.routes.update_rejected",
    "http.ingress.rds.routes.update_success",
    "http.ingress.rds.routes.update_time",
    "http.ingress.rds.routes.version",
    "http.ingress.rds.routes.version_text",
    "cluster.a.init_fetch_timeout",
    "cluster.a.update_attempt",
    "cluster.a.update_failure",
    "cluster.a.update_rejected",
    "cluster.a.update_success",
    "cluster.a.update_time",
    "cluster.a.version",
};

class MetricNamesTest : public XdsTest {
 protected:
  // Beside what the control plane serves: a listener with TLS before a service with TLS, and a TCP
  // proxy with a policy.
  void StartServingAll() {
    ServeBasics();
    StaticBootstrap bootstrap{.upstream_ports = {backend_a_.port()}, .ads_port = ads_.port()};
    bootstrap.listeners = {{.name = "tls"}, {.name = "tcp"}};
    bootstrap.listeners[0].chain_fields =
        TransportSocket("Downstream", Certificates(server_) + ", " + Trust(authority_));
    bootstrap.listeners[1].tcp_fields = "cluster: a";
    bootstrap.listeners[1].network_filters =
        "{name: rbac, typed_config: {'@type': "
        "type.googleapis.com/envoy.extensions.filters.network.rbac.v3.RBAC, stat_prefix: tcp., "
        "rules: {action: ALLOW, policies: {all: {permissions: [{any: true}], principals: [{any: "
        "true}]}}}}}";
    bootstrap.cluster_fields =
        TransportSocket("Upstream", Trust(authority_)) +
        ", connect_timeout: 0.5s, circuit_breakers: {thresholds: [{track_remaining: true}]}";
    StartProxy(bootstrap.ToYaml());
    port_ = proxy_->WaitForListener("ingress");
    ASSERT_NE(port_, 0);
    ASSERT_TRUE(WaitForBody("/", "a"));
  }
  void AskEverywhere() {
    TlsPeer client =
        TlsPeer::ConnectTo(proxy_->ListenerPort("tls"), {.trusted_pem = authority_.pem()});
    EXPECT_TRUE(client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_THAT(client.ReadMessage(), testing::StartsWith("HTTP/1.1 503 "));  // it speaks no TLS
    HttpClient relayed(proxy_->ListenerPort("tcp"));
    EXPECT_EQ(BodyFrom(relayed), "a");
  }

  const Authority authority_;
  const Identity server_ = authority_.Issue("DNS:server.test");
};

TEST_F(MetricNamesTest, AreAllThere) {
  StartServingAll();
  AskEverywhere();
  const std::string prometheus = "\n" + AdminPage("/stats/prometheus");
  for (std::string_view name : kPrometheusNames) {
    EXPECT_NE(prometheus.find(fmt::format("\n{}{{", name)), std::string::npos) << name;
  }
  const std::string text = "\n" + AdminPage("/stats");
  for (std::string_view name : kNames) {
    EXPECT_NE(text.find(fmt::format("\n{}: ", name)), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace outrigger::test
