// How a cluster divides its endpoints by their labels, and who is chosen for requests that no
// subset is for.
//
// Thread: any (a value). Source: lb_subset_config of envoy/config/cluster/v3 Cluster.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "http/metadata.h"

namespace outrigger {

// Each divides all endpoints of the cluster: those with equal labels of these keys are a subset.
struct SubsetSelector {
  // Where those of a request are labels that no endpoint has.
  enum class Fallback : uint8_t { kOfCluster, kNone, kAnyEndpoint, kDefaultSubset, kFewerKeys };

  std::vector<std::string> keys;  // in order, each of them once
  Fallback fallback = Fallback::kOfCluster;
  std::vector<std::string> fewer_keys;  // kFewerKeys: these alone count then; in order
  bool takes_one_endpoint = false;      // the first of a subset, whatever its health
  bool operator==(const SubsetSelector&) const = default;
};

enum class SubsetFallback : uint8_t { kNone, kAnyEndpoint, kDefaultSubset };

struct SubsetOptions {
  std::vector<SubsetSelector> selectors;  // no two with the same keys
  SubsetFallback fallback = SubsetFallback::kNone;
  bool falls_back_to_any = false;  // where `fallback` finds nobody
  // Endpoints of the default subset have these labels.
  http::MetadataValue default_labels = http::MetadataValue::Struct();
  // A label that is a list is as many labels as it has items.
  bool splits_lists = false;
  // Localities of a subset have weights: those of the whole cluster, or as much less as they have
  // fewer endpoints there.
  bool weighs_localities = false;
  bool scales_locality_weights = false;
  bool operator==(const SubsetOptions&) const = default;
};

}  // namespace outrigger
