#include "cluster/lb/subset_balancer.h"

#include "base/check.h"
#include "cluster/cluster_stats.h"

namespace outrigger {

namespace {

Balanced PickOf(const Subset& subset, SubsetBalancer::BalanceIn balance) {
  if (subset.picks == nullptr) return {.endpoint = subset.only};
  return balance(*subset.picks);
}

}  // namespace

Balanced SubsetBalancer::Pick(const EndpointCriteria& criteria, BalanceIn balance,
                              stats::Block& stats) {
  OUTRIGGER_CHECK(is_on());
  const SubsetChoice choice = ChoiceFor(criteria);
  if (choice.kind == SubsetChoice::Kind::kSubset) stats.Add(kLbSubsetsSelected);
  if (choice.subset == nullptr) return {};
  const Balanced balanced = PickOf(*choice.subset, balance);
  if (choice.kind != SubsetChoice::Kind::kFallback) return balanced;
  if (balanced.endpoint.has_value()) {
    stats.Add(kLbSubsetsFallback);
    return balanced;
  }
  if (table_->LastResort() == nullptr) return balanced;
  const Balanced last = PickOf(*table_->LastResort(), balance);
  if (last.endpoint.has_value()) stats.Add(kLbSubsetsFallbackPanic);
  return {.endpoint = last.endpoint, .is_panic = balanced.is_panic || last.is_panic};
}

SubsetChoice SubsetBalancer::ChoiceFor(const EndpointCriteria& criteria) {
  if (criteria.labels == nullptr) return table_->Fallback();
  if (criteria.is_of_request) return table_->Choose(*criteria.labels);
  const auto known = choices_.find(criteria.labels);
  if (known != choices_.end()) return known->second;
  const SubsetChoice choice = table_->Choose(*criteria.labels);
  choices_.emplace(criteria.labels, choice);
  return choice;
}

}  // namespace outrigger
