// Where endpoints of a cluster come from names: the fields of STRICT_DNS and LOGICAL_DNS, or of
// envoy.extensions.clusters.dns.v3.DnsCluster -> DnsEndpoints, or every mistake by field path.
//
// Thread: control. Source: envoy/extensions/clusters/dns/v3/dns_cluster.proto.
#pragma once

#include <memory>

#include "base/validation_errors.h"
#include "cluster/dns_endpoints.h"

namespace envoy::config::cluster::v3 {
class Cluster;
}

namespace outrigger::compiler {

// Of more, resolving would never end.
inline constexpr size_t kDnsTargetsMax = 1000;

// Requires: the type is STRICT_DNS or LOGICAL_DNS, or there is a cluster_type.
std::shared_ptr<const DnsEndpoints> CompileDns(const envoy::config::cluster::v3::Cluster& proto,
                                               ValidationErrors& errors);

}  // namespace outrigger::compiler
