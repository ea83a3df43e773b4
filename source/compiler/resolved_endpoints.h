// The endpoint sets of clusters whose endpoints have names: made of what is known of the names,
// made anew when an answer changes something.
//
// Owned by Configuration, among the resources. Thread: control.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "cluster/cluster.h"
#include "cluster/dns_lookup.h"
#include "cluster/endpoint_set.h"
#include "xds/resource_store.h"

namespace outrigger::compiler {

class ResolvedEndpoints {
 public:
  // Takes over the clusters that there are now. What nobody looks up any more is forgotten; what is
  // known already, a new cluster need not wait for.
  void SetClusters(const xds::ResourceStore<Cluster>& clusters);
  // Every name to look up, once.
  std::vector<DnsLookup> Lookups() const;

  // Somebody begins to ask.
  void OnAttempt(const DnsLookup& lookup);
  // Returns the clusters that have other endpoints now, by name.
  std::vector<std::string> OnResolution(const DnsLookup& lookup, DnsResolution resolution);

  // Null while the cluster has to wait for its names.
  std::shared_ptr<const EndpointSet> Find(std::string_view cluster) const;
  // The endpoints of some cluster are still to be found.
  bool has_waiting() const;

 private:
  struct Resolved {
    std::shared_ptr<const Cluster> cluster;
    std::shared_ptr<const EndpointSet> endpoints;
  };
  struct Name {
    std::vector<std::string> clusters;
    std::unique_ptr<const DnsResolution> resolution;  // null: none yet
  };

  const DnsResolution* ResolutionOf(const DnsLookup& lookup) const;
  // False when it stays as it is.
  bool Update(Resolved& resolved) const;
  void Count(const Cluster& cluster, const DnsResolution& resolution, bool has_changed) const;

  std::map<std::string, Resolved, std::less<>> by_cluster_;
  absl::flat_hash_map<DnsLookup, Name> names_;
};

}  // namespace outrigger::compiler
