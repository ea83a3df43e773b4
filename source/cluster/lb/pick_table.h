// What a balancer needs to know about an endpoint set, worked out once and off the workers: who may
// be chosen in each priority, how load spreads over priorities, and when health is so poor that
// health is ignored (panic).
//
// The rules are Envoy's (README.md). The panic threshold belongs to the cluster, not to the
// endpoints: it comes in with each question.
//
// Owned by its EndpointSet. Thread: any (const after construction).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace outrigger {

struct Endpoint;
struct EndpointSet;

// Endpoints that take turns. A turn is `size` offsets; an endpoint owns as many as its weight, and
// steps of `stride` (coprime to the size) visit each offset once per turn, far apart from the last.
struct Rotation {
  std::vector<uint32_t> endpoints;  // positions in EndpointSet::endpoints
  std::vector<uint64_t>
      weight_ends;  // offset after the last of each endpoint; empty: equal weights
  uint64_t size = 0;
  uint64_t stride = 1;

  bool empty() const { return endpoints.empty(); }
  // Requires: offset < size.
  uint32_t EndpointAt(uint64_t offset) const;
};

class PickTable {
 public:
  explicit PickTable(const EndpointSet& set);

  // The rotation that `draw` (any number; only its remainder by 100 counts) leads to, and its
  // priority. Null when nothing may be chosen.
  struct Choice {
    const Rotation* rotation = nullptr;
    uint32_t priority = 0;
    bool is_panic = false;  // health was ignored
  };
  Choice Choose(uint64_t draw, uint32_t panic_percent) const;

 private:
  struct Priority {
    Rotation healthy;
    Rotation degraded;
    Rotation all;  // empty when it would equal `healthy`
    size_t count = 0;
    bool Panics(uint32_t panic_percent) const;
    const Rotation& AllEndpoints() const { return all.empty() ? healthy : all; }
  };
  // Percents of the load that end at `end`; the last share ends at 100.
  struct Share {
    uint32_t end;
    uint32_t priority;
    bool is_degraded;
  };

  void SpreadByHealth(uint32_t overprovisioning_percent);
  void SpreadByCount();
  void AddShare(uint32_t percent, uint32_t priority, bool is_degraded);
  void GiveRestToFirst();

  std::vector<Priority> priorities_;
  std::vector<Share> shares_;       // empty: no endpoint at all
  bool has_available_ = false;      // false: nobody healthy or degraded in any priority
  bool has_full_capacity_ = false;  // healthy endpoints of all priorities can take all load
};

}  // namespace outrigger
