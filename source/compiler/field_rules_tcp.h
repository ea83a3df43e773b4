// What becomes of the fields of TCP proxies.
//
// Thread: any (constants).
#pragma once

#include "compiler/field_rules_shared.h"

namespace outrigger::compiler::tcp_fields {

using enum FieldUse;

inline constexpr std::string_view kTcp = "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy";
inline constexpr std::string_view kWeighted =
    "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster";
inline constexpr std::string_view kWeight =
    "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.WeightedCluster.ClusterWeight";
inline constexpr std::string_view kTcpOnDemand =
    "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy.OnDemand";
inline constexpr std::string_view kOnlyAtEnd = "a line is written at the end";
inline constexpr std::string_view kConnectsAtOnce =
    "the upstream is connected at once, and nothing is read before it is";

inline constexpr FieldRule kRules[] = {
    {kTcp, "stat_prefix", kHandled},
    {kTcp, "cluster", kHandled},
    {kTcp, "weighted_clusters", kHandled},
    {kTcp, "idle_timeout", kHandled},
    {kTcp, "max_connect_attempts", kHandled},
    {kTcp, "max_downstream_connection_duration", kHandled},
    {kTcp, "max_downstream_connection_duration_jitter_percentage", kIgnored,
     "a connection ends when its time is over"},
    {kTcp, "downstream_idle_timeout", kIgnored, "idle_timeout counts for both sides"},
    {kTcp, "upstream_idle_timeout", kIgnored, "idle_timeout counts for both sides"},
    {kTcp, "backoff_options", kIgnored, "the next attempt follows at once"},
    {kTcp, "upstream_connect_mode", kIgnored, kConnectsAtOnce},
    {kTcp, "max_early_data_bytes", kIgnored, kConnectsAtOnce},
    {kTcp, "hash_policy", kIgnored, "balancing is round robin so far"},
    {kTcp, "metadata_match", kHandled},
    {kTcp, "tunneling_config", kRejected, "bytes would go to the upstream outside of a tunnel"},
    {kTcp, "on_demand", kHandled},
    {kTcpOnDemand, "odcds_config", kHandled},
    {kTcpOnDemand, "timeout", kHandled},
    {kTcpOnDemand, "resources_locator", kRejected, "clusters are asked for by their names"},
    {kTcp, "proxy_protocol_tlvs", kIgnored, "there is no PROXY protocol"},
    {kTcp, "access_log", kHandled},
    {kTcp, "access_log_flush_interval", kIgnored, kOnlyAtEnd},
    {kTcp, "access_log_options", kIgnored, kOnlyAtEnd},
    {kTcp, "flush_access_log_on_connected", kIgnored, kOnlyAtEnd},
    {kWeighted, "clusters", kHandled},
    {kWeight, "name", kHandled},
    {kWeight, "weight", kHandled},
    {kWeight, "metadata_match", kHandled},
};

}  // namespace outrigger::compiler::tcp_fields
