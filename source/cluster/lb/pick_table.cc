#include "cluster/lb/pick_table.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "cluster/endpoint_set.h"

namespace outrigger {

namespace {

// Near the golden section of the turn, where successive steps spread most evenly.
uint64_t StrideFor(uint64_t size) {
  uint64_t stride = std::max<uint64_t>(1, size / 8 * 5 + size % 8 * 5 / 8);
  while (std::gcd(stride, size) != 1) --stride;  // 1 is coprime to everything
  return stride;
}

std::vector<uint32_t> AllOf(const EndpointSet& set) {
  std::vector<uint32_t> positions(set.endpoints.size());
  std::iota(positions.begin(), positions.end(), 0);
  return positions;
}

// How much of its load those of `all` that are `left` can take.
uint64_t CapacityPercent(uint32_t overprovisioning_percent, size_t left, size_t all) {
  if (all == 0) return 0;
  return std::min<uint64_t>(100, uint64_t{overprovisioning_percent} * left / all);
}

}  // namespace

uint32_t Rotation::At(uint64_t offset) const {
  if (weight_ends.empty()) return members[offset];
  const auto owner = std::upper_bound(weight_ends.begin(), weight_ends.end(), offset);
  return members[static_cast<size_t>(owner - weight_ends.begin())];
}

Rotation PickTable::MakeRotation(std::vector<uint32_t> members,
                                 const std::vector<uint64_t>& weights) {
  Rotation rotation;
  rotation.cursor = cursor_end_++;
  rotation.members = std::move(members);
  rotation.size = rotation.members.size();
  uint64_t divisor = 0;
  bool is_equal = true;
  for (const uint64_t weight : weights) {
    is_equal = is_equal && (divisor == 0 || weight == divisor);
    divisor = std::gcd(divisor, weight);
  }
  if (is_equal) return rotation;
  uint64_t end = 0;
  for (const uint64_t weight : weights) {
    end += weight / divisor;
    rotation.weight_ends.push_back(end);
  }
  rotation.size = end;
  rotation.stride = StrideFor(end);
  return rotation;
}

Rotation PickTable::RotateEndpoints(const EndpointSet& set, std::vector<uint32_t> positions) {
  std::vector<uint64_t> weights;
  weights.reserve(positions.size());
  for (const uint32_t position : positions) {
    weights.push_back(std::max(1u, set.endpoints[position].weight));
  }
  return MakeRotation(std::move(positions), weights);
}

EndpointGroup PickTable::MakeGroup(const EndpointSet& set, std::vector<uint32_t> positions) {
  EndpointGroup group;
  if (build_->has_localities) AddLocalities(set, positions, group);
  group.everyone = RotateEndpoints(set, std::move(positions));
  return group;
}

// A locality gets load by its weight, less as its endpoints fail beyond what the others of it can
// make up for. `positions` ascend, and so do the localities of the endpoints there.
void PickTable::AddLocalities(const EndpointSet& set, std::span<const uint32_t> positions,
                              EndpointGroup& group) {
  std::vector<uint32_t> turns;
  std::vector<uint64_t> weights;
  EndpointGroup::Localities localities;
  for (auto begin = positions.begin(); begin != positions.end();) {
    const uint32_t index = set.endpoints[*begin].locality_index;
    const auto end = std::find_if(begin, positions.end(), [&set, index](uint32_t position) {
      return set.endpoints[position].locality_index != index;
    });
    const uint64_t weight = LocalityWeight(set, index);
    if (weight > 0) {
      const uint64_t percent =
          CapacityPercent(set.overprovisioning_percent, static_cast<size_t>(end - begin),
                          build_->locality_sizes[index]);
      turns.push_back(static_cast<uint32_t>(localities.by_locality.size()));
      weights.push_back(weight * std::max<uint64_t>(percent, 1));
      localities.by_locality.push_back(RotateEndpoints(set, {begin, end}));
    }
    begin = end;
  }
  if (turns.empty()) return;
  localities.turns = MakeRotation(std::move(turns), weights);
  group.localities = std::make_unique<const EndpointGroup::Localities>(std::move(localities));
}

// Rounded as Envoy does.
uint64_t PickTable::LocalityWeight(const EndpointSet& set, uint32_t index) const {
  const uint64_t weight = index < set.localities.size() ? set.localities[index].weight : 0;
  if (weight == 0 || index >= build_->whole_sizes.size()) return weight;
  const auto scaled = static_cast<double>(weight * build_->locality_sizes[index]);
  return static_cast<uint64_t>(std::llround(scaled / build_->whole_sizes[index]));
}

bool PickTable::Priority::Panics(uint32_t panic_percent) const {
  const size_t available = healthy.size() + degraded_count();
  return available * 100 < count * uint64_t{panic_percent};
}

PickTable::PickTable(const EndpointSet& set) : PickTable(set, {.members = AllOf(set)}) {}

PickTable::PickTable(const EndpointSet& set, const Part& part)
    : build_(std::make_unique<Build>(std::vector<uint32_t>(set.localities.size()),
                                     part.locality_sizes, part.has_localities)),
      cursor_end_(part.first_cursor) {
  struct Members {
    std::vector<uint32_t> healthy, degraded, all;
  };
  std::vector<Members> members;
  for (const uint32_t i : part.members) {
    const Endpoint& endpoint = set.endpoints[i];
    const uint32_t priority = std::min(endpoint.priority, kPrioritiesMax - 1);
    if (priority >= members.size()) members.resize(priority + 1);
    Members& peers = members[priority];
    peers.all.push_back(i);
    if (endpoint.locality_index < build_->locality_sizes.size()) {
      ++build_->locality_sizes[endpoint.locality_index];
    }
    if (!endpoint.is_eligible()) continue;
    (endpoint.eds_health == EdsHealth::kDegraded ? peers.degraded : peers.healthy).push_back(i);
  }
  for (Members& peers : members) {
    Priority& priority = priorities_.emplace_back();
    priority.count = peers.all.size();
    if (peers.healthy.size() < peers.all.size()) {
      EndpointGroup all;
      all.everyone = RotateEndpoints(set, std::move(peers.all));
      priority.all = std::make_unique<const EndpointGroup>(std::move(all));
    }
    priority.healthy = MakeGroup(set, std::move(peers.healthy));
    if (!peers.degraded.empty()) {
      priority.degraded =
          std::make_unique<const EndpointGroup>(MakeGroup(set, std::move(peers.degraded)));
    }
    has_available_ = has_available_ || priority.healthy.size() + priority.degraded_count() > 0;
  }
  build_.reset();
  if (has_available_) {
    SpreadByHealth(set.overprovisioning_percent);
  } else {
    SpreadByCount();
  }
}

size_t PickTable::healthy_count() const {
  size_t count = 0;
  for (const Priority& priority : priorities_) count += priority.healthy.size();
  return count;
}

void PickTable::SpreadByHealth(uint32_t overprovisioning_percent) {
  const auto capacity = [overprovisioning_percent](size_t able, size_t count) {
    return CapacityPercent(overprovisioning_percent, able, count);
  };
  uint64_t total = 0;
  for (const Priority& priority : priorities_) {
    total += capacity(priority.healthy.size(), priority.count);
    total += capacity(priority.degraded_count(), priority.count);
  }
  has_full_capacity_ = total >= 100;
  // Rounding can leave nothing of very few; they still take part through GiveRestToFirst.
  total = std::clamp<uint64_t>(total, 1, 100);
  for (const bool is_degraded : {false, true}) {
    for (uint32_t i = 0; i < priorities_.size(); ++i) {
      const Priority& priority = priorities_[i];
      const size_t able = is_degraded ? priority.degraded_count() : priority.healthy.size();
      const uint64_t percent = capacity(able, priority.count) * 100 / total;
      if (able > 0) AddShare(static_cast<uint32_t>(percent), i, is_degraded);
    }
  }
  GiveRestToFirst();
}

void PickTable::SpreadByCount() {
  size_t total = 0;
  for (const Priority& priority : priorities_) total += priority.count;
  for (uint32_t i = 0; i < priorities_.size(); ++i) {
    const size_t count = priorities_[i].count;
    if (count > 0) AddShare(static_cast<uint32_t>(count * 100 / total), i, false);
  }
  GiveRestToFirst();
}

void PickTable::AddShare(uint32_t percent, uint32_t priority, bool is_degraded) {
  const uint32_t begin = shares_.empty() ? 0 : shares_.back().end;
  const uint32_t end = std::min(100u, begin + percent);
  // The first share stays even when rounding left it nothing: it gets the rest.
  if (end > begin || shares_.empty()) shares_.push_back({end, priority, is_degraded});
}

void PickTable::GiveRestToFirst() {
  if (shares_.empty()) return;
  const uint32_t rest = 100 - shares_.back().end;
  for (Share& share : shares_) share.end += rest;
}

PickTable::Choice PickTable::Choose(uint64_t draw, uint32_t panic_percent) const {
  if (shares_.empty()) return {.is_panic = panic_percent != 0};  // as Envoy counts it
  const uint64_t percent = draw % 100;
  const auto share =
      std::find_if(shares_.begin(), shares_.end(),
                   [percent](const Share& candidate) { return percent < candidate.end; });
  const Priority& priority = priorities_[share->priority];
  if (!has_available_) {
    if (panic_percent == 0) return {};
    return {&priority.AllEndpoints(), share->priority, true};
  }
  if (!has_full_capacity_ && priority.Panics(panic_percent)) {
    return {&priority.AllEndpoints(), share->priority, true};
  }
  return {share->is_degraded ? priority.degraded.get() : &priority.healthy, share->priority};
}

}  // namespace outrigger
