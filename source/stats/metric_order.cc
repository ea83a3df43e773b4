#include "stats/metric_order.h"

#include <algorithm>
#include <utility>

namespace outrigger::stats {

MetricOrder::MetricOrder(ScopeList scopes) : scopes_(std::move(scopes)) {
  for (const auto& scope : scopes_) {
    const auto [it, is_new] = positions_.try_emplace(&scope->family());
    if (!is_new) continue;
    const std::span<const Metric> metrics = scope->family().metrics;
    for (uint32_t i = 0; i < metrics.size(); ++i) {
      it->second[PhaseOf(metrics[i].kind)].push_back(i);
    }
    for (std::vector<uint32_t>& phase : it->second) {
      std::sort(phase.begin(), phase.end(),
                [&](uint32_t a, uint32_t b) { return metrics[a].name < metrics[b].name; });
    }
  }
  if (!scopes_.empty()) next_start_ = scopes_[0]->Start();
}

MetricOrder::Phase MetricOrder::PhaseOf(Kind kind) {
  switch (kind) {
    case Kind::kText:
      return kTexts;
    case Kind::kCounter:
    case Kind::kGauge:
      return kNumbers;
    case Kind::kHistogram:
      return kHistograms;
  }
  return kNumbers;
}

const MetricOrder::Item* MetricOrder::Next() {
  while (phase_ < kPhaseCount) {
    BeginScopes();
    if (!begun_.empty()) {
      std::pop_heap(begun_.begin(), begun_.end());
      Begun least = std::move(begun_.back());
      begun_.pop_back();
      current_ = least.item;
      ++least.at;
      Push(std::move(least));
      return &current_;
    }
    ++phase_;
    next_scope_ = 0;
    if (!scopes_.empty()) next_start_ = scopes_[0]->Start();
  }
  return nullptr;
}

// Lets every scope in whose names may come before the least one known.
void MetricOrder::BeginScopes() {
  while (next_scope_ < scopes_.size() &&
         (begun_.empty() || next_start_ <= begun_.front().item.name)) {
    const Scope& scope = *scopes_[next_scope_++];
    if (next_scope_ < scopes_.size()) next_start_ = scopes_[next_scope_]->Start();
    const std::vector<uint32_t>& positions = positions_.at(&scope.family())[phase_];
    Push({{{}, &scope, 0}, &positions, 0});
  }
}

void MetricOrder::Push(Begun begun) {
  const std::vector<uint32_t>& positions = *begun.positions;
  while (begun.at < positions.size() && !begun.item.scope->Has(positions[begun.at])) ++begun.at;
  if (begun.at >= positions.size()) return;
  begun.item.metric = (*begun.positions)[begun.at];
  begun.item.name = begun.item.scope->FullName(begun.item.metric);
  begun_.push_back(std::move(begun));
  std::push_heap(begun_.begin(), begun_.end());
}

}  // namespace outrigger::stats
