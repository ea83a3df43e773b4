// The endpoints of a DNS cluster before names are resolved, and what becomes of them when they are.
//
// Compiled from the load_assignment of a STRICT_DNS or LOGICAL_DNS cluster, or of one of the type
// envoy.extensions.clusters.dns.v3.DnsCluster. Priorities, localities, weights and health are those
// of the assignment; every address of a name takes over those of its endpoint.
//
// Thread: any (const after compile).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "cluster/dns_lookup.h"
#include "cluster/endpoint_set.h"

namespace outrigger {

struct DnsTarget {
  DnsLookup lookup;  // name empty: the endpoint has its address
  uint16_t port = 0;
  bool is_name() const { return !lookup.name.empty(); }
  bool operator==(const DnsTarget&) const = default;
};

struct DnsEndpoints {
  std::shared_ptr<const EndpointSet> frame;
  std::vector<DnsTarget> targets;  // parallel to the frame's endpoints
  // The first address of its one name is the one endpoint (LOGICAL_DNS); else all are endpoints.
  bool is_logical = false;
  bool waits_for_names = true;  // wait_for_warm_on_init

  // What is known of a name; null: nothing yet.
  using Resolved = absl::FunctionRef<const DnsResolution*(const DnsLookup&)>;
  // Whether a first answer, good or bad, has come of every name, or addresses of one.
  bool IsComplete(Resolved resolved) const;
  // The endpoints as far as names are resolved, in an order that does not depend on that of
  // answers.
  std::shared_ptr<const EndpointSet> Resolve(Resolved resolved) const;
};

}  // namespace outrigger
