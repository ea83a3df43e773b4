#include "cluster/lb/pick_table.h"

#include <algorithm>
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

Rotation MakeRotation(std::vector<uint32_t> positions, const std::vector<Endpoint>& endpoints) {
  Rotation rotation;
  rotation.endpoints = std::move(positions);
  rotation.size = rotation.endpoints.size();
  uint64_t divisor = 0;
  bool is_equal = true;
  for (const uint32_t position : rotation.endpoints) {
    const uint32_t weight = std::max(1u, endpoints[position].weight);
    is_equal = is_equal && (divisor == 0 || weight == divisor);
    divisor = std::gcd(divisor, uint64_t{weight});
  }
  if (is_equal) return rotation;
  uint64_t end = 0;
  for (const uint32_t position : rotation.endpoints) {
    end += std::max(1u, endpoints[position].weight) / divisor;
    rotation.weight_ends.push_back(end);
  }
  rotation.size = end;
  rotation.stride = StrideFor(end);
  return rotation;
}

}  // namespace

uint32_t Rotation::EndpointAt(uint64_t offset) const {
  if (weight_ends.empty()) return endpoints[offset];
  const auto owner = std::upper_bound(weight_ends.begin(), weight_ends.end(), offset);
  return endpoints[static_cast<size_t>(owner - weight_ends.begin())];
}

bool PickTable::Priority::Panics(uint32_t panic_percent) const {
  const size_t available = healthy.endpoints.size() + degraded.endpoints.size();
  return available * 100 < count * uint64_t{panic_percent};
}

PickTable::PickTable(const EndpointSet& set) {
  struct Members {
    std::vector<uint32_t> healthy, degraded, all;
  };
  std::vector<Members> members;
  for (uint32_t i = 0; i < set.endpoints.size(); ++i) {
    const Endpoint& endpoint = set.endpoints[i];
    const uint32_t priority = std::min(endpoint.priority, kPrioritiesMax - 1);
    if (priority >= members.size()) members.resize(priority + 1);
    Members& peers = members[priority];
    peers.all.push_back(i);
    if (!endpoint.is_eligible()) continue;
    (endpoint.eds_health == EdsHealth::kDegraded ? peers.degraded : peers.healthy).push_back(i);
  }
  for (Members& peers : members) {
    Priority& priority = priorities_.emplace_back();
    priority.count = peers.all.size();
    if (peers.healthy.size() < peers.all.size()) {
      priority.all = MakeRotation(std::move(peers.all), set.endpoints);
    }
    priority.healthy = MakeRotation(std::move(peers.healthy), set.endpoints);
    priority.degraded = MakeRotation(std::move(peers.degraded), set.endpoints);
    has_available_ = has_available_ || !priority.healthy.empty() || !priority.degraded.empty();
  }
  if (has_available_) {
    SpreadByHealth(set.overprovisioning_percent);
  } else {
    SpreadByCount();
  }
}

void PickTable::SpreadByHealth(uint32_t overprovisioning_percent) {
  const auto capacity = [overprovisioning_percent](const Rotation& rotation, size_t count) {
    if (count == 0) return uint64_t{0};
    return std::min<uint64_t>(100, overprovisioning_percent * rotation.endpoints.size() / count);
  };
  uint64_t total = 0;
  for (const Priority& priority : priorities_) {
    total += capacity(priority.healthy, priority.count);
    total += capacity(priority.degraded, priority.count);
  }
  has_full_capacity_ = total >= 100;
  // Rounding can leave nothing of very few; they still take part through GiveRestToFirst.
  total = std::clamp<uint64_t>(total, 1, 100);
  for (const bool is_degraded : {false, true}) {
    for (uint32_t i = 0; i < priorities_.size(); ++i) {
      const Priority& priority = priorities_[i];
      const Rotation& rotation = is_degraded ? priority.degraded : priority.healthy;
      const uint64_t percent = capacity(rotation, priority.count) * 100 / total;
      if (!rotation.empty()) AddShare(static_cast<uint32_t>(percent), i, is_degraded);
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
  return {share->is_degraded ? &priority.degraded : &priority.healthy, share->priority};
}

}  // namespace outrigger
