// Clusters that are asked for by name, because a request or a connection needed them.
//
// A name is asked for as long as somebody waits for it, and if it has come, until it has long been
// idle. One that the control plane says is not there is let go, so that whoever needs it next asks
// again. Different sources may be asked for one cluster.
//
// Owned by Configuration. Thread: control.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/resource_source.h"
#include "xds/deadlines.h"

namespace outrigger::compiler {

class ClusterDemand {
 public:
  // Names at one time, those that have come among them: requests may name anything.
  static constexpr size_t kNamesMax = 1'000;
  // One that nobody has used for so long, nor has named in a route, is let go; at the latest after
  // twice that.
  static constexpr Duration kIdleMax = std::chrono::minutes(10);

  enum class Answer : uint8_t { kNew, kKnown, kTooMany };
  // Somebody waits for it.
  Answer Ask(const std::string& cluster, const ClusterFetch& how, MonotonicTime now);
  // It stays asked for. `uses`: how often it has been used so far.
  void NoteCome(std::string_view cluster, uint64_t uses, MonotonicTime now);
  // It is not asked for any more; false: nor was it before.
  bool Drop(std::string_view cluster);
  // The same of one source, as it stands in keys. False: it is asked for elsewhere, or was not
  // before.
  bool Drop(std::string_view cluster, std::string_view source);

  // Those that nobody waits for any more, and have not come.
  std::vector<std::string> TakeOverdue(MonotonicTime now) { return deadlines_.TakeDue(now); }
  // Those that have been there for a time: may they go? If not, they have come anew.
  struct Resting {
    std::string cluster;
    uint64_t uses = 0;  // when that began
  };
  std::vector<Resting> TakeResting(MonotonicTime now);
  std::optional<MonotonicTime> NextDeadline() const;
  bool contains(std::string_view cluster) const { return clusters_.contains(cluster); }
  size_t size() const { return clusters_.size(); }
  // All that are asked for, and where.
  SourcesByKey Wanted() const;

 private:
  struct Demand {
    SourcesByKey keys;
    uint64_t uses = 0;
  };

  std::map<std::string, Demand, std::less<>> clusters_;  // by name
  xds::Deadlines deadlines_;                             // of those that have not come
  xds::Deadlines rests_;                                 // of those that have
};

}  // namespace outrigger::compiler
