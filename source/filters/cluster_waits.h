// What of one worker waits for clusters that nobody has sent yet: requests and TCP connections, for
// which these are asked for on demand.
//
// Each is asked for anew, so that control knows how long somebody waits. Who waits is told once its
// cluster serves, or will not come; that its time is over it knows itself.
//
// Owned by the worker's context. Thread: worker.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "base/resource_source.h"
#include "snapshot/config_snapshot.h"

namespace outrigger {

// A request or a connection that waits.
class ClusterWaiter {
 public:
  // Its cluster serves now, or will not come: it does not wait any more, and goes on in a turn of
  // its own.
  virtual void OnClusterSettled(bool serves) = 0;

 protected:
  ~ClusterWaiter() = default;
};

class ClusterWaits {
 public:
  // Waiters at one time; those beyond go on without their clusters.
  static constexpr size_t kWaitersMax = 1'000;

  // Has the cluster asked for; its answer is waited for as long as `how` says.
  using Ask = std::function<void(const std::string& cluster, const ClusterFetch& how)>;

  // `ask` outlives this; while it is empty nobody waits.
  explicit ClusterWaits(const Ask& ask) : ask_(ask) {}

  // As long as `how` says, after which it ends its wait itself. False: it cannot wait.
  bool Begin(ClusterWaiter& waiter, std::string_view cluster, const ClusterFetch& how);
  // It does not wait any more, if it did.
  void End(ClusterWaiter& waiter, std::string_view cluster);

  void OnAdopt(const ConfigSnapshot& snapshot);
  // Control has given it up.
  void OnDenied(const std::string& cluster);

 private:
  using Waiters = absl::flat_hash_set<ClusterWaiter*>;

  void Release(const Waiters& waiters, bool serves);

  const Ask& ask_;
  std::map<std::string, Waiters, std::less<>> waiting_;  // by cluster; none is empty
  size_t waiters_ = 0;
};

}  // namespace outrigger
