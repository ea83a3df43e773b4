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
#include <memory>
#include <span>
#include <vector>

namespace outrigger {

struct Endpoint;
struct EndpointSet;

// Members that take turns. A turn is `size` offsets; a member owns as many as its weight, and steps
// of `stride` (coprime to the size) visit each offset once per turn, far apart from the last.
struct Rotation {
  std::vector<uint32_t> members;      // positions, of endpoints or of localities
  std::vector<uint64_t> weight_ends;  // offset after the last of each; empty: equal weights
  uint64_t size = 0;
  uint64_t stride = 1;
  uint32_t cursor = 0;  // its number among the rotations of the table

  bool empty() const { return members.empty(); }
  // Requires: offset < size.
  uint32_t At(uint64_t offset) const;
};

// Endpoints of one priority that are alike in health.
struct EndpointGroup {
  // Each as often as its weight and its health allow.
  struct Localities {
    Rotation turns;                     // positions in by_locality
    std::vector<Rotation> by_locality;  // positions in EndpointSet::endpoints
  };
  Rotation everyone;                             // positions in EndpointSet::endpoints
  std::unique_ptr<const Localities> localities;  // null: none has a weight

  size_t size() const { return everyone.members.size(); }
};

class PickTable {
 public:
  // Some of the endpoints of a set, as if there were no others.
  struct Part {
    std::vector<uint32_t> members;  // positions, ascending
    uint32_t first_cursor = 0;      // tables whose numbers are apart can share cursors
    bool has_localities = true;     // that are weighed
    // How many endpoints each locality has in the whole set. Not empty: its weight is less by as
    // much as it has fewer here.
    std::span<const uint32_t> locality_sizes = {};
  };

  explicit PickTable(const EndpointSet& set);  // of all of them
  PickTable(const EndpointSet& set, const Part& part);

  // The group that `draw` (any number; only its remainder by 100 counts) leads to, and its
  // priority. Null when nothing may be chosen.
  struct Choice {
    const EndpointGroup* group = nullptr;
    uint32_t priority = 0;
    bool is_panic = false;  // health was ignored
  };
  Choice Choose(uint64_t draw, uint32_t panic_percent) const;

  // Of all priorities, degraded ones not among them.
  size_t healthy_count() const;
  // Rotation::cursor is below it.
  uint32_t cursor_end() const { return cursor_end_; }

 private:
  // Most sets have one priority, in which all are healthy: the rest is made where there is any.
  struct Priority {
    EndpointGroup healthy;
    std::unique_ptr<const EndpointGroup> degraded;
    // Without localities, which do not count in panic; null when it would equal `healthy`.
    std::unique_ptr<const EndpointGroup> all;
    size_t count = 0;
    size_t degraded_count() const { return degraded == nullptr ? 0 : degraded->size(); }
    bool Panics(uint32_t panic_percent) const;
    const EndpointGroup& AllEndpoints() const { return all == nullptr ? healthy : *all; }
  };
  // Percents of the load that end at `end`; the last share ends at 100.
  struct Share {
    uint32_t end;
    uint32_t priority;
    bool is_degraded;
  };

  Rotation MakeRotation(std::vector<uint32_t> members, const std::vector<uint64_t>& weights);
  Rotation RotateEndpoints(const EndpointSet& set, std::vector<uint32_t> positions);
  EndpointGroup MakeGroup(const EndpointSet& set, std::vector<uint32_t> positions);
  void AddLocalities(const EndpointSet& set, std::span<const uint32_t> positions,
                     EndpointGroup& group);
  uint64_t LocalityWeight(const EndpointSet& set, uint32_t index) const;
  void SpreadByHealth(uint32_t overprovisioning_percent);
  void SpreadByCount();
  void AddShare(uint32_t percent, uint32_t priority, bool is_degraded);
  void GiveRestToFirst();

  // While the table is built.
  struct Build {
    std::vector<uint32_t> locality_sizes;   // how many members each has
    std::span<const uint32_t> whole_sizes;  // Part::locality_sizes
    bool has_localities;
  };
  std::unique_ptr<Build> build_;
  uint32_t cursor_end_ = 0;
  std::vector<Priority> priorities_;
  std::vector<Share> shares_;       // empty: no endpoint at all
  bool has_available_ = false;      // false: nobody healthy or degraded in any priority
  bool has_full_capacity_ = false;  // healthy endpoints of all priorities can take all load
};

}  // namespace outrigger
