// Clusters that are asked for by name, because a request needed them.
//
// A name is asked for as long as somebody waits for it, and from then on if it has come. One that
// the control plane says is not there is let go, so that the next request asks again.
//
// Owned by Configuration. Thread: control.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "xds/deadlines.h"

namespace outrigger::compiler {

class ClusterDemand {
 public:
  // Names at one time, those that have come among them: requests may name anything.
  static constexpr size_t kNamesMax = 1'000;

  enum class Answer : uint8_t { kNew, kKnown, kTooMany };
  // Somebody waits for it until then.
  Answer Ask(const std::string& cluster, MonotonicTime until);
  // It stays asked for.
  void NoteCome(const std::string& cluster) { deadlines_.Clear(cluster); }
  // It is not asked for any more; false: nor was it before.
  bool Drop(const std::string& cluster);

  // Those that nobody waits for any more, and have not come.
  std::vector<std::string> TakeOverdue(MonotonicTime now) { return deadlines_.TakeDue(now); }
  std::optional<MonotonicTime> NextDeadline() const { return deadlines_.first(); }
  const std::set<std::string>& names() const { return names_; }

 private:
  std::set<std::string> names_;
  xds::Deadlines deadlines_;  // of those that have not come
};

}  // namespace outrigger::compiler
