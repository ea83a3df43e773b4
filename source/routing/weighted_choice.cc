#include "routing/weighted_choice.h"

#include "base/check.h"
#include "http/syntax.h"

namespace outrigger::routing {

uint64_t ChoiceNumber(const ForwardAction& action, const http::RequestHead& request) {
  if (action.choice_header->empty()) return request.draw;
  const auto value = request.headers.Get(*action.choice_header);
  return value.has_value() ? http::ParseDecimal(*value).value_or(request.draw) : request.draw;
}

const WeightedCluster& ChooseCluster(const ForwardAction& action, uint64_t number) {
  if (action.clusters.size() == 1) return action.clusters.front();
  OUTRIGGER_CHECK(action.total_weight > 0);
  uint64_t left = number % action.total_weight;
  for (const WeightedCluster& cluster : action.clusters) {
    if (left < cluster.weight) return cluster;
    left -= cluster.weight;
  }
  // total_weight is the sum of the weights.
  OUTRIGGER_CHECK(false);
}

}  // namespace outrigger::routing
