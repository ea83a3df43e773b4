// The metrics of name resolution, with Envoy's names: of the resolver, and of clusters whose
// endpoints come from names.
//
// Thread: any (constants).
#pragma once

#include "stats/family.h"

namespace outrigger {

// STYLE: Envoy's prefix, dns.cares.
enum DnsResolverStat : size_t {
  kDnsResolveTotal,
  kDnsPendingResolutions,
  kDnsNotFound,
  kDnsTimeouts,
  kDnsGetAddrFailure,
  kDnsResolverStatCount,
};
extern const stats::Family kDnsResolverFamily;

// Beside kClusterUpdateFamily.
enum ClusterDnsStat : size_t {
  kClusterUpdateNoRebuild,  // an answer that changed nothing
  kClusterDnsStaleNames,    // names whose addresses are older than the last try
  kClusterDnsStatCount,
};
extern const stats::Family kClusterDnsFamily;

}  // namespace outrigger
