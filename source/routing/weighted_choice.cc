#include "routing/weighted_choice.h"

#include "base/check.h"

namespace outrigger::routing {

const WeightedCluster& ChooseCluster(const ForwardAction& action, uint64_t value) {
  if (action.clusters.size() == 1) return action.clusters.front();
  OUTRIGGER_CHECK(action.total_weight > 0);
  uint64_t left = value % action.total_weight;
  for (const WeightedCluster& cluster : action.clusters) {
    if (left < cluster.weight) return cluster;
    left -= cluster.weight;
  }
  // total_weight is the sum of the weights.
  OUTRIGGER_CHECK(false);
}

}  // namespace outrigger::routing
