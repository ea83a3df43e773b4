// The endpoints of one cluster as values, in the order the control plane gave them.
//
// Compiled from a ClusterLoadAssignment (EDS, or inline in a STATIC cluster). An endpoint's
// identity is (address, hostname): health, pools and ejections follow it through every update;
// weight, locality, metadata and EDS health may change without touching a connection.
//
// Thread: any (const after compile). Source: envoy/config/endpoint/v3.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "http/metadata.h"
#include "net/kept_address.h"

namespace outrigger {

enum class EdsHealth : uint8_t { kUnknown, kHealthy, kUnhealthy, kDraining, kTimeout, kDegraded };

struct Locality {
  std::string region;
  std::string zone;
  std::string sub_zone;
  uint32_t weight = 0;  // 0: has none, and gets no load where localities are weighed
  bool operator==(const Locality&) const = default;
};

struct Endpoint {
  KeptAddress address;
  std::string hostname;
  uint32_t weight = 1;
  EdsHealth eds_health = EdsHealth::kUnknown;
  uint32_t locality_index = 0;  // into EndpointSet::localities
  uint32_t priority = 0;
  // What subsets are made by, a struct: its metadata for `envoy.lb`. Null: it has none.
  std::shared_ptr<const http::MetadataValue> labels;

  bool operator==(const Endpoint& other) const {
    const bool is_alike = (labels == nullptr) == (other.labels == nullptr) &&
                          (labels == other.labels || *labels == *other.labels);
    return is_alike && address == other.address && hostname == other.hostname &&
           weight == other.weight && eds_health == other.eds_health &&
           locality_index == other.locality_index && priority == other.priority;
  }

  // May get new requests: kUnhealthy, kDraining and kTimeout may not.
  bool is_eligible() const {
    return eds_health == EdsHealth::kUnknown || eds_health == EdsHealth::kHealthy ||
           eds_health == EdsHealth::kDegraded;
  }
};

// What the API allows (priorities are 0..128).
inline constexpr uint32_t kPrioritiesMax = 129;

class PickTable;

struct EndpointSet {
  std::vector<Locality> localities;
  std::vector<Endpoint> endpoints;
  uint32_t overprovisioning_percent = 140;  // policy.overprovisioning_factor
  // What balancers read; derived from the rest. Null until BuildPicks.
  std::shared_ptr<const PickTable> picks;

  // The compiler's last step. Ensures: picks is not null.
  void BuildPicks();

  bool operator==(const EndpointSet& other) const {
    return localities == other.localities && endpoints == other.endpoints &&
           overprovisioning_percent == other.overprovisioning_percent;
  }
};

}  // namespace outrigger
