// A compiled RouteConfiguration: which route a request takes.
//
// Built once by Build from plain values and then const. The decision structure (hosts: exact hash,
// then longest suffix, longest prefix, then `*`; paths: exact hash and prefix tree beside an
// ordered remainder, least original index wins) gives exactly the answer of a linear scan in order.
//
// Thread: any (const after Build). Source: envoy/config/route/v3 RouteConfiguration, VirtualHost.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/rare.h"
#include "base/resource_source.h"
#include "base/shared.h"
#include "http/message.h"
#include "routing/host_matcher.h"
#include "routing/path_matcher.h"
#include "routing/route_action.h"
#include "routing/route_conditions.h"

namespace re2 {
class RE2;
}

namespace outrigger::routing {

struct PathMatch {
  // kConnect: CONNECT, which has no path and takes no other route.
  enum class Kind : uint8_t { kPrefix, kExact, kSeparatedPrefix, kRegex, kConnect };
  Kind kind = Kind::kPrefix;
  std::string text;
  bool is_case_sensitive = true;          // kRegex: no effect, as in Envoy
  std::shared_ptr<const re2::RE2> regex;  // kRegex: never null
  bool operator==(const PathMatch& other) const {
    return kind == other.kind && text == other.text && is_case_sensitive == other.is_case_sensitive;
  }
};

struct Route {
  uint64_t origin = 0;  // a hash of what it was compiled from; 0: not known
  Rare<std::string> name;
  PathMatch path;
  Rare<RouteConditions> conditions;
  RouteAction action;
  http::RouteFilters filters;
  Rare<HeaderOperations> request_headers;
  Rare<HeaderOperations> response_headers;
  bool operator==(const Route&) const = default;
};

// Which requests of a virtual host are sent to the same place by https.
enum class TlsDemand : uint8_t { kNone, kExternalOnly, kAll };

struct VirtualHost {
  uint64_t origin = 0;  // as that of a route
  std::string name;
  std::vector<std::string> domains;
  TlsDemand tls_demand = TlsDemand::kNone;
  std::vector<Shared<Route>> routes;
  http::RouteFilters filters;
  Rare<HeaderOperations> request_headers;
  Rare<HeaderOperations> response_headers;
  bool tells_attempts_upstream = false;    // x-envoy-attempt-count
  bool tells_attempts_downstream = false;  // the same on answers
  bool operator==(const VirtualHost&) const = default;
};

// Where further virtual hosts of a table come from.
struct HostDiscovery {
  SourcePointer source;              // null: the aggregated stream
  std::optional<Duration> wait_max;  // for the first answer; unset: for ever
  bool operator==(const HostDiscovery&) const = default;
};

struct RouteTableValues {
  std::string name;
  std::vector<Shared<VirtualHost>> virtual_hosts;
  http::RouteFilters filters;
  Rare<HeaderOperations> request_headers;
  Rare<HeaderOperations> response_headers;
  std::optional<HostDiscovery> host_discovery;  // those that have come are in the table
  bool ignores_port_in_host = false;
  bool most_specific_header_operations_win = false;
  // Names that ClusterSlot indexes; distinct, but for the empty ones: no route has those slots.
  std::vector<std::string> cluster_names;
  bool operator==(const RouteTableValues&) const = default;
};

struct RouteMatch {
  const VirtualHost* virtual_host = nullptr;
  const Route* route = nullptr;
  explicit operator bool() const { return route != nullptr; }
};

class RouteTable {
 public:
  // `before`: a former version; null: there is none. What is made of virtual hosts that both share
  // is shared as well.
  static std::shared_ptr<const RouteTable> Build(RouteTableValues values,
                                                 const RouteTable* before = nullptr);
  ~RouteTable();
  RouteTable(const RouteTable&) = delete;
  RouteTable& operator=(const RouteTable&) = delete;

  // The first route, in order, of the virtual host that the authority selects; nothing when no
  // virtual host or no route matches (`virtual_host` may be set all the same). Allocates nothing,
  // but for RE2's own cache on the first texts a regular expression sees.
  RouteMatch Match(const http::RequestHead& request) const;
  // Whether it selects a virtual host.
  bool HasHost(std::string_view authority) const {
    return hosts_.Find(authority) != HostMatcher::kNone;
  }

  const RouteTableValues& values() const { return values_; }
  // Whether what it changes depends on what is known of an exchange.
  bool has_formats() const { return has_formats_; }
  // Whether some route takes the name of its cluster from the request.
  bool names_clusters_by_request() const { return names_clusters_by_request_; }

 private:
  RouteTable(RouteTableValues values, const RouteTable* before);

  const RouteTableValues values_;
  const bool has_formats_;
  const bool names_clusters_by_request_;
  HostMatcher hosts_;
  std::vector<std::shared_ptr<const PathMatcher>> paths_;  // by virtual host
};

}  // namespace outrigger::routing
