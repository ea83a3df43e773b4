// One listener as values: its addresses, and its filter chains with what each ends in: an HTTP
// connection manager or a TCP proxy.
//
// Compiled from envoy.config.listener.v3.Listener alone; names of route tables and clusters stay
// names here and become ids in the snapshot (LinkedListener).
//
// Thread: any (const after compile).
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "access/connection_policy.h"
#include "base/extension_discovery.h"
#include "base/rare.h"
#include "http/http1/options.h"
#include "http/http2/options.h"
#include "http/http_filter.h"
#include "net/tls_profile.h"
#include "routing/route_table.h"
#include "snapshot/access_log.h"
#include "snapshot/chain_match.h"
#include "snapshot/listen_address.h"
#include "snapshot/request_rules.h"
#include "stats/scope.h"

namespace outrigger {

class ConnectionLimit;
struct LocalReplies;
struct ScopedRoutes;

enum class TrafficDirection : uint8_t { kUnspecified, kInbound, kOutbound };
// Whose clients are sent elsewhere, and which listeners end: each holds those before it.
enum class DrainScope : uint8_t { kNone, kInbound, kNotOutbound, kAll };
constexpr bool IsInScope(DrainScope scope, TrafficDirection direction) {
  switch (direction) {
    case TrafficDirection::kInbound:
      return scope >= DrainScope::kInbound;
    case TrafficDirection::kUnspecified:
      return scope >= DrainScope::kNotOutbound;
    case TrafficDirection::kOutbound:
      return scope >= DrainScope::kAll;
  }
  return false;
}
enum class CodecType : uint8_t { kAuto, kHttp1, kHttp2 };

// An HTTP connection manager.
struct HttpOptions {
  std::string stat_prefix;
  std::string route_table_name;             // RDS name; empty when either of the others is set
  SourcePointer routes_source;              // of its routes; null: the aggregated stream
  std::optional<Duration> routes_wait_max;  // initial_fetch_timeout of RDS; unset: for ever
  std::shared_ptr<const routing::RouteTable> inline_routes;
  std::shared_ptr<const ScopedRoutes> scoped_routes;
  Rare<RequestRules> request;
  Rare<ResponseRules> response;
  size_t head_bytes_max = 60 * 1024;
  size_t fields_max = 100;
  CodecType codec = CodecType::kAuto;
  bool accepts_http10 = false;            // else such a request is answered 426
  bool suppresses_envoy_headers = false;  // the router's own x-envoy-* fields
  bool has_formatting_filter = false;     // one that writes what is known of an exchange
  bool has_naming_filter = false;         // one that asks for clusters by their names
  bool fetches_clusters = false;          // while requests wait: nobody else need
  http::http1::Options http1;
  uint32_t connection_requests_max = 0;  // zero = none
  Rare<http::http2::Options> http2;      // what the configuration says of it; the rest is derived
  routing::UpgradeRules upgrades;
  std::vector<http::ConfiguredFilter> filters;  // before the router, in order
  Duration idle_timeout = std::chrono::hours(1);
  Duration stream_idle_timeout = std::chrono::minutes(5);
  std::optional<Duration> stream_flush_timeout;  // stream_idle_timeout unless set; zero = none
  Duration request_timeout{};                    // zero = none
  Duration request_head_timeout{};               // zero = none
  Duration drain_timeout = std::chrono::seconds(5);
  std::optional<Duration> stream_duration_max;  // of routes that do not say
  Duration connection_duration_max{};           // zero = none
  Duration delayed_close_timeout = std::chrono::seconds(1);
  Rare<std::string> default_host_for_http10;
  AccessLogs access_logs;
  std::shared_ptr<const LocalReplies> local_replies;  // null: they stay as they are
  std::shared_ptr<stats::Scope> stats;                // http.<stat_prefix>
  std::shared_ptr<stats::Scope> listener_stats;       // listener.<address>.http.<stat_prefix>
  std::shared_ptr<stats::Scope> http1_stats;          // of all connections together; these, too
  std::shared_ptr<stats::Scope> http2_stats;

  // It has one route table, that comes by itself.
  bool names_routes() const { return inline_routes == nullptr && scoped_routes == nullptr; }
  // Requires: names_routes().
  std::string routes_key() const { return ResourceKey(route_table_name, routes_source); }
};

// A TCP proxy.
struct TcpOptions {
  std::string stat_prefix;
  std::vector<std::string> cluster_names;  // as configured: one may stand there twice
  std::vector<uint64_t> weight_ends;       // by cluster: the sum of its weight and those before it
  // By cluster: labels that its endpoints must have, a struct; null: any do.
  std::vector<std::shared_ptr<const http::MetadataValue>> endpoint_criteria;
  Duration idle_timeout = std::chrono::hours(1);  // zero = none
  Duration max_connection_duration{};             // zero = none
  uint32_t max_connect_attempts = 1;
  std::optional<ClusterFetch> fetch;              // of a missing cluster; unset: none is fetched
  std::shared_ptr<const AccessLogs> access_logs;  // outlives the listener with its connections
  std::shared_ptr<stats::Scope> stats;            // tcp.<stat_prefix>

  // Position of the cluster that `value` (any number) leads to.
  size_t ChooseCluster(uint64_t value) const {
    const auto end =
        std::upper_bound(weight_ends.begin(), weight_ends.end(), value % weight_ends.back());
    return static_cast<size_t>(end - weight_ends.begin());
  }
};

struct FilterChain {
  Rare<std::string> name;
  TlsProfilePointer tls;  // null: plaintext
  // Until a connection must have agreed on TLS (R66); zero = none.
  Duration handshake_timeout = std::chrono::seconds(10);
  std::vector<ConnectionPolicy> policies;          // who may connect
  std::variant<HttpOptions, TcpOptions> terminal;  // its last network filter
  bool lacks_filter = false;  // one has no configuration yet (ECDS): no connection may pass

  bool is_http() const { return std::holds_alternative<HttpOptions>(terminal); }
  // Requires: that is what it ends in.
  const HttpOptions& http() const { return std::get<HttpOptions>(terminal); }
  HttpOptions& http() { return std::get<HttpOptions>(terminal); }
  const TcpOptions& tcp() const { return std::get<TcpOptions>(terminal); }
  TcpOptions& tcp() { return std::get<TcpOptions>(terminal); }
};

struct ListenerConfig {
  std::string name;
  std::vector<ListenAddress> addresses;  // not empty; its stats are known by the first one
  bool binds_to_port = true;
  TrafficDirection direction = TrafficDirection::kUnspecified;
  bool drains_on_failed_health = true;  // drain_type DEFAULT
  bool ignores_global_limit = false;    // on the connections of all listeners
  bool lacks_filter = false;  // a listener filter has no configuration yet: nobody may pass (ECDS)
  uint32_t backlog = 4096;
  size_t buffer_bytes_high = 32 * 1024;
  // Connections beyond it are closed at once; of the process, by the listener's name. Null: none.
  std::shared_ptr<ConnectionLimit> connection_limit;
  std::shared_ptr<const AccessLogs> access_logs;  // of connections; null: there are none
  // Of listener and network filters: what these are is compiled into it (ECDS).
  std::vector<ExtensionDiscovery> discoveries;
  std::vector<FilterChain> chains;      // not empty
  ChainMatch match;                     // which of them a connection belongs to
  std::shared_ptr<stats::Scope> stats;  // listener.<address>
  std::vector<std::shared_ptr<stats::Scope>> certificate_stats;  // of those it shows and trusts
};

}  // namespace outrigger
