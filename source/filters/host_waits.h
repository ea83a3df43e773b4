// Requests of one worker that wait for a virtual host which their route table does not know: asked
// for on demand.
//
// Each is asked for anew, so that control knows how long somebody waits. A request goes on in the
// next turn once control has an answer, whichever; at the latest when its time is over.
//
// Owned by the worker's context. Thread: worker.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace outrigger {

class FilterPipeline;

class HostWaits {
 public:
  // Requests that wait at one time; those beyond go on without their hosts.
  static constexpr size_t kRequestsMax = 1'000;

  // Has the host of that key (HostKey) asked for; its answer is waited for as long as that.
  using Ask = std::function<void(const std::string& key, Duration wait_max)>;

  // `ask` outlives this; while it is empty nobody waits.
  explicit HostWaits(const Ask& ask) : ask_(ask) {}

  // The pipeline's request, which pauses as long as `wait_max`. False: it cannot wait.
  bool Begin(FilterPipeline& pipeline, std::string_view key, Duration wait_max);
  // It does not wait any more, if it did.
  void End(const FilterPipeline& pipeline, std::string_view key);
  // Control has its answer, and a table with the host if there is one has been adopted.
  void OnAnswered(std::string_view key);

 private:
  const Ask& ask_;
  std::multimap<std::string, FilterPipeline*, std::less<>> waiting_;  // by key
};

}  // namespace outrigger
