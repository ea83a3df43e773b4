// One cluster as a value: how to reach a set of endpoints, and what limits hold.
//
// Compiled from envoy.config.cluster.v3.Cluster. Holds no live state: pools, cursors, health and
// breaker counts are keyed by names elsewhere (design 6).
//
// Thread: any (const after compile).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/rare.h"
#include "base/resource_source.h"
#include "cluster/circuit_limits.h"
#include "cluster/dns_endpoints.h"
#include "cluster/endpoint_set.h"
#include "cluster/lb/lb_options.h"
#include "cluster/lb/subset_options.h"
#include "http/http1/options.h"
#include "http/http2/options.h"
#include "http/message.h"
#include "net/client_socket.h"
#include "net/tls_profile.h"
#include "stats/scope.h"

namespace outrigger {

enum class ClusterType : uint8_t { kStatic, kEds, kDns };
enum class UpstreamProtocol : uint8_t {
  kHttp1,
  kHttp2,
  kNegotiated,    // by ALPN, for each connection; HTTP/1 where nothing is agreed on
  kAsDownstream,  // what the request came by
};

// How the cluster is spoken to.
struct UpstreamCodec {
  UpstreamProtocol protocol = UpstreamProtocol::kHttp1;
  http::http1::Options http1;
  Rare<http::http2::Options> http2;  // what the configuration says of it; for kHttp1 as by default

  // The protocol for a request that came by `version`; kNegotiated is settled by its connection.
  UpstreamProtocol For(http::Version version) const {
    if (protocol != UpstreamProtocol::kAsDownstream) return protocol;
    return version == http::Version::kHttp2 ? UpstreamProtocol::kHttp2 : UpstreamProtocol::kHttp1;
  }
  // HTTP/2 needs extended CONNECT for them, which the configuration vouches for.
  bool TakesUpgrades(http::Version version) const {
    return For(version) != UpstreamProtocol::kHttp2 || http2->allows_connect;
  }
  bool operator==(const UpstreamCodec&) const = default;
};

struct Cluster {
  std::string name;
  std::string stat_name;  // alt_stat_name or name
  ClusterType type = ClusterType::kStatic;
  std::string eds_name;  // kEds: eds_cluster_config.service_name or the cluster's name (X53)
  SourcePointer endpoints_source;        // kEds: of its endpoints; null: the aggregated stream
  std::optional<Duration> eds_wait_max;  // kEds: initial_fetch_timeout; unset: for ever
  std::shared_ptr<const EndpointSet> static_endpoints;  // kStatic: never null; others: null
  std::shared_ptr<const DnsEndpoints> dns;              // kDns: never null; others: null
  LbOptions lb;
  std::shared_ptr<const SubsetOptions> subsets;  // null: its endpoints are not divided
  UpstreamCodec codec;
  TlsProfilePointer tls;         // equal content is one object; null: plaintext
  ClientSockets sockets = {{}};  // of connections to it
  Duration connect_timeout = std::chrono::seconds(5);
  Duration idle_timeout = std::chrono::hours(1);  // of pooled connections; zero = none
  Duration connection_duration_max{};             // of them all; zero = none
  Duration stream_duration_max{};                 // of exchanges; zero = none
  uint32_t max_requests_per_connection = 0;       // 0 = no limit
  size_t buffer_bytes_high = 32 * 1024;
  CircuitLimits limits;
  // The scope of this cluster's stats, found by name at compile: same name, same scope.
  std::shared_ptr<stats::Scope> stats;
  std::shared_ptr<stats::Scope> http2_stats;   // its codecs' numbers; null unless it has any
  std::shared_ptr<stats::Scope> update_stats;  // the same name's numbers that control writes
  std::shared_ptr<stats::Scope> dns_stats;     // and those of names; null unless kDns
  std::vector<std::shared_ptr<stats::Scope>> certificate_stats;  // of those it shows and trusts

  // Requires: kEds.
  std::string endpoints_key() const { return ResourceKey(eds_name, endpoints_source); }
  bool operator==(const Cluster&) const = default;
};

}  // namespace outrigger
