#include "stats/server_stats.h"

namespace outrigger::stats {

namespace {

// Each in the order of its enum; the last assertion of a table finds a line that is missing, the
// others lines that changed places. Behind what is counted stands what nobody writes: names that
// others ask for, of what does not happen here. Waiting for resources never ends, and requests to
// the control plane are not held back.

constexpr Metric kServerMetrics[] = {
    {"live", Kind::kGauge},
    {"state", Kind::kGauge},
    {"uptime", Kind::kGauge},
    {"concurrency", Kind::kGauge},
    {"total_connections", Kind::kGauge},
    {"connections_open", Kind::kGauge},
    {"connections_max", Kind::kGauge},
    {"memory_allocated", Kind::kGauge},
    {"memory_heap_size", Kind::kGauge},
    {"memory_physical_size", Kind::kGauge},
    {"version", Kind::kGauge},
    {"days_until_first_cert_expiring", Kind::kGauge},
    {"initialization_time_ms", Kind::kHistogram},
    {"stats_scope_overflow", Kind::kCounter},
    {"running_on_saved_config", Kind::kGauge},
    {"saved_config_age_s", Kind::kGauge},
    {"saved_config_left_out", Kind::kGauge},
    {"saved_config_written", Kind::kCounter},
    {"saved_config_failed", Kind::kCounter},
    {"saved_config_refused", Kind::kCounter},
};
static_assert(kServerMetrics[kServerMemoryAllocated].name == "memory_allocated");
static_assert(kServerMetrics[kServerStatsScopeOverflow].name == "stats_scope_overflow");
static_assert(kServerMetrics[kServerSavedConfigRefused].name == "saved_config_refused");
static_assert(std::size(kServerMetrics) == kServerStatCount);

constexpr Metric kClusterManagerMetrics[] = {
    {"active_clusters", Kind::kGauge},       {"warming_clusters", Kind::kGauge},
    {"cluster_added", Kind::kCounter},       {"cluster_modified", Kind::kCounter},
    {"cluster_removed", Kind::kCounter},     {"cds.update_attempt", Kind::kCounter},
    {"cds.update_success", Kind::kCounter},  {"cds.update_failure", Kind::kCounter},
    {"cds.update_rejected", Kind::kCounter}, {"cds.init_fetch_timeout", Kind::kCounter},
    {"cds.update_time", Kind::kGauge},       {"cds.version", Kind::kGauge},
    {"cds.version_text", Kind::kText},       {"cds.config_reload", Kind::kCounter},
    {"on_demand_clusters", Kind::kGauge},    {"on_demand_refused", Kind::kCounter},
    {"on_demand_idle", Kind::kCounter},
};
static_assert(kClusterManagerMetrics[kCdsUpdateRejected].name == "cds.update_rejected");
static_assert(kClusterManagerMetrics[kCdsVersionText].kind == Kind::kText);
static_assert(kClusterManagerMetrics[kOnDemandIdle].name == "on_demand_idle");
static_assert(std::size(kClusterManagerMetrics) == kClusterManagerStatCount);

constexpr Metric kListenerManagerMetrics[] = {
    {"total_listeners_active", Kind::kGauge},
    {"total_listeners_warming", Kind::kGauge},
    {"total_listeners_draining", Kind::kGauge},
    {"listener_added", Kind::kCounter},
    {"listener_modified", Kind::kCounter},
    {"listener_removed", Kind::kCounter},
    {"listener_stopped", Kind::kCounter},
    {"listener_create_success", Kind::kCounter},
    {"listener_create_failure", Kind::kCounter},
    {"workers_started", Kind::kGauge},
    {"lds.update_attempt", Kind::kCounter},
    {"lds.update_success", Kind::kCounter},
    {"lds.update_failure", Kind::kCounter},
    {"lds.update_rejected", Kind::kCounter},
    {"lds.init_fetch_timeout", Kind::kCounter},
    {"lds.update_time", Kind::kGauge},
    {"lds.version", Kind::kGauge},
    {"lds.version_text", Kind::kText},
    {"on_demand_hosts", Kind::kGauge},
    {"on_demand_hosts_refused", Kind::kCounter},
};
static_assert(kListenerManagerMetrics[kLdsUpdateRejected].name == "lds.update_rejected");
static_assert(kListenerManagerMetrics[kLdsVersionText].kind == Kind::kText);
static_assert(std::size(kListenerManagerMetrics) == kListenerManagerStatCount);

constexpr Metric kControlPlaneMetrics[] = {
    {"connected_state", Kind::kGauge},
    {"identifier", Kind::kText},
    {"pending_requests", Kind::kGauge},
    {"rate_limit_enforced", Kind::kCounter},
    {"seconds_since_last_message", Kind::kGauge},
};
static_assert(kControlPlaneMetrics[kControlPlaneIdentifier].kind == Kind::kText);
static_assert(std::size(kControlPlaneMetrics) == kControlPlaneStatCount);

constexpr Metric kWatchdogMetrics[] = {
    {"watchdog_miss", Kind::kCounter},
    {"watchdog_mega_miss", Kind::kCounter},
};
static_assert(std::size(kWatchdogMetrics) == kWatchdogStatCount);

constexpr Metric kRdsMetrics[] = {
    {"update_attempt", Kind::kCounter},
    {"update_success", Kind::kCounter},
    {"update_failure", Kind::kCounter},
    {"update_rejected", Kind::kCounter},
    {"init_fetch_timeout", Kind::kCounter},
    {"update_empty", Kind::kCounter},
    {"update_time", Kind::kGauge},
    {"config_reload", Kind::kCounter},
    {"version", Kind::kGauge},
    {"version_text", Kind::kText},
};
static_assert(kRdsMetrics[kRdsUpdateRejected].name == "update_rejected");
static_assert(kRdsMetrics[kRdsVersionText].kind == Kind::kText);
static_assert(std::size(kRdsMetrics) == kRdsStatCount);

// Scopes of routes are counted as route tables are.
constexpr std::span<const Metric> kSrdsMetrics = kRdsMetrics;
static_assert(kSrdsMetrics[kSrdsUpdateRejected].name == "update_rejected");
static_assert(kSrdsMetrics[kSrdsVersionText].kind == Kind::kText);
static_assert(std::size(kSrdsMetrics) == kSrdsStatCount);

constexpr Metric kXdsMetrics[] = {
    {"requested", Kind::kGauge}, {"warming", Kind::kGauge},  {"waiting", Kind::kGauge},
    {"serving", Kind::kGauge},   {"rejected", Kind::kGauge}, {"absent", Kind::kGauge},
    {"timed_out", Kind::kGauge}, {"failed", Kind::kGauge},   {"kept", Kind::kGauge},
};
static_assert(std::size(kXdsMetrics) == kXdsStatCount);

constexpr std::string_view kRdsSeparator = ".rds.";
constexpr std::string_view kSrdsSeparator = ".scoped_rds.";
constexpr std::string_view kVhdsSeparator = ".vhds.";

constexpr Metric kSdsMetrics[] = {
    {"update_attempt", Kind::kCounter},     {"update_success", Kind::kCounter},
    {"update_failure", Kind::kCounter},     {"update_rejected", Kind::kCounter},
    {"init_fetch_timeout", Kind::kCounter}, {"update_time", Kind::kGauge},
    {"config_reload", Kind::kCounter},      {"version", Kind::kGauge},
    {"version_text", Kind::kText},
};
static_assert(kSdsMetrics[kSdsUpdateRejected].name == "update_rejected");
static_assert(kSdsMetrics[kSdsVersionText].kind == Kind::kText);
static_assert(std::size(kSdsMetrics) == kSdsStatCount);

constexpr Metric kEcdsMetrics[] = {
    {"update_attempt", Kind::kCounter},     {"update_success", Kind::kCounter},
    {"update_failure", Kind::kCounter},     {"update_rejected", Kind::kCounter},
    {"init_fetch_timeout", Kind::kCounter}, {"update_time", Kind::kGauge},
    {"config_reload", Kind::kCounter},      {"config_fail", Kind::kCounter},
    {"config_conflict", Kind::kCounter},    {"version", Kind::kGauge},
    {"version_text", Kind::kText},
};
static_assert(kEcdsMetrics[kEcdsUpdateRejected].name == "update_rejected");
static_assert(kEcdsMetrics[kEcdsConfigConflict].name == "config_conflict");
static_assert(kEcdsMetrics[kEcdsVersionText].kind == Kind::kText);
static_assert(std::size(kEcdsMetrics) == kEcdsStatCount);

constexpr Metric kRuntimeMetrics[] = {
    {"load_success", Kind::kCounter},
    {"num_keys", Kind::kGauge},
    {"num_layers", Kind::kGauge},
    {"load_error", Kind::kCounter},
    {"admin_overrides_active", Kind::kGauge},
    {"deprecated_feature_use", Kind::kCounter},
    {"deprecated_feature_seen_since_process_start", Kind::kGauge},
    {"override_dir_exists", Kind::kCounter},
};
static_assert(kRuntimeMetrics[kRuntimeLayers].name == "num_layers");
static_assert(std::size(kRuntimeMetrics) == kRuntimeStatCount);

constexpr Metric kRtdsMetrics[] = {
    {"update_attempt", Kind::kCounter},
    {"update_success", Kind::kCounter},
    {"update_failure", Kind::kCounter},
    {"update_rejected", Kind::kCounter},
    {"init_fetch_timeout", Kind::kCounter},
    {"update_time", Kind::kGauge},
    {"version", Kind::kGauge},
    {"version_text", Kind::kText},
};
static_assert(kRtdsMetrics[kRtdsUpdateRejected].name == "update_rejected");
static_assert(std::size(kRtdsMetrics) == kRtdsStatCount);

}  // namespace

const Family kServerFamily = {"server", "", kServerMetrics};
const Family kClusterManagerFamily = {"cluster_manager", "", kClusterManagerMetrics};
const Family kListenerManagerFamily = {"listener_manager", "", kListenerManagerMetrics};
const Family kControlPlaneFamily = {"control_plane", "", kControlPlaneMetrics};
const Family kXdsFamily = {"xds", "outrigger_resource_type", kXdsMetrics};
const Family kMainThreadFamily = {"main_thread", "", kWatchdogMetrics};
const Family kServerMainThreadFamily = {"server.main_thread", "", kWatchdogMetrics};
const Family kWorkersFamily = {"workers", "", kWatchdogMetrics};
const Family kServerWorkerFamily = {
    "server", "", kWatchdogMetrics, {"worker_", "envoy_worker_id", "server_worker"}};
const Family kRdsFamily = {"http",
                           "envoy_http_conn_manager_prefix",
                           kRdsMetrics,
                           {kRdsSeparator, "envoy_rds_route_config", "http_rds"}};

const Family kSrdsFamily = {"http",
                            "envoy_http_conn_manager_prefix",
                            kSrdsMetrics,
                            {kSrdsSeparator, "envoy_scoped_rds_config", "http_scoped_rds"}};

const Family kVhdsFamily = {"http",
                            "envoy_http_conn_manager_prefix",
                            kRdsMetrics,
                            {kVhdsSeparator, "envoy_vhds_route_config", "http_vhds"}};

const Family kSdsFamily = {"sds", "envoy_xds_resource_name", kSdsMetrics};
const Family kHttpEcdsFamily = {"extension_config_discovery.http_filter", "", kEcdsMetrics};
const Family kNetworkEcdsFamily = {"extension_config_discovery.network_filter", "", kEcdsMetrics};
const Family kListenerEcdsFamily = {"extension_config_discovery.tcp_listener_filter", "",
                                    kEcdsMetrics};
const Family kRuntimeFamily = {"runtime", "", kRuntimeMetrics};
const Family kRtdsFamily = {"runtime", "", kRtdsMetrics};

std::string RdsScopeName(std::string_view stat_prefix, std::string_view route_table) {
  return std::string(stat_prefix).append(kRdsSeparator).append(route_table);
}

std::string SrdsScopeName(std::string_view stat_prefix, std::string_view scoped_routes) {
  return std::string(stat_prefix).append(kSrdsSeparator).append(scoped_routes);
}

std::string VhdsScopeName(std::string_view stat_prefix, std::string_view route_table) {
  return std::string(stat_prefix).append(kVhdsSeparator).append(route_table);
}

}  // namespace outrigger::stats
