#include "filters/host_waits.h"

#include "filters/filter_pipeline.h"

namespace outrigger {

bool HostWaits::Begin(FilterPipeline& pipeline, std::string_view key, Duration wait_max) {
  if (!ask_ || waiting_.size() >= kRequestsMax) return false;
  ask_(waiting_.emplace(std::string(key), &pipeline)->first, wait_max);
  return true;
}

void HostWaits::End(const FilterPipeline& pipeline, std::string_view key) {
  const auto [first, last] = waiting_.equal_range(key);
  for (auto it = first; it != last; ++it) {
    if (it->second != &pipeline) continue;
    waiting_.erase(it);
    return;
  }
}

// Not from here: in a turn of its own, as when its time is over.
void HostWaits::OnAnswered(std::string_view key) {
  const auto [first, last] = waiting_.equal_range(key);
  for (auto it = first; it != last; ++it) it->second->PauseFor(Duration::zero());
  waiting_.erase(first, last);
}

}  // namespace outrigger
