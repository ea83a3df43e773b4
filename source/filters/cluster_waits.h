// Requests of one worker that wait for a cluster which nobody has sent yet: asked for on demand.
//
// Each is asked for anew, so that control knows how long somebody waits. A request goes on in the
// next turn once its cluster serves, or will not come; at the latest when its time is over.
//
// Owned by the worker's context. Thread: worker.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "base/clock.h"
#include "snapshot/config_snapshot.h"

namespace outrigger {

class FilterPipeline;

class ClusterWaits {
 public:
  // Requests that wait at one time; those beyond go on without their clusters.
  static constexpr size_t kRequestsMax = 1'000;

  // Has the cluster asked for; its answer is waited for as long as that.
  using Ask = std::function<void(const std::string& cluster, Duration wait_max)>;

  // `ask` outlives this; while it is empty nobody waits.
  explicit ClusterWaits(const Ask& ask) : ask_(ask) {}

  // The pipeline's request, which pauses as long as `wait_max`. False: it cannot wait.
  bool Begin(FilterPipeline& pipeline, std::string_view cluster, Duration wait_max);
  // It does not wait any more, if it did.
  void End(FilterPipeline& pipeline, std::string_view cluster);

  void OnAdopt(const ConfigSnapshot& snapshot);
  // Control has given it up.
  void OnDenied(const std::string& cluster);

 private:
  using Pipelines = absl::flat_hash_set<FilterPipeline*>;

  void Release(const Pipelines& pipelines);

  const Ask& ask_;
  std::map<std::string, Pipelines, std::less<>> waiting_;  // by cluster; none is empty
  size_t requests_ = 0;
};

}  // namespace outrigger
