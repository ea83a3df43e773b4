// The state of every resource as it changes: kept in its record, counted in gauges by type and
// state, and told in one line of the log for each transition.
//
// After each change of the configuration it looks at the resources that the change touched, and at
// no others.
//
// Owned by Configuration. Thread: control.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "compiler/accept.h"
#include "compiler/linker.h"
#include "compiler/resource_types.h"
#include "compiler/resources.h"
#include "stats/registry.h"
#include "xds/resource_store.h"

namespace outrigger::compiler {

class ResourceLedger {
 public:
  // Names of one type that were refused and never accepted; beyond, the oldest are forgotten.
  static constexpr size_t kRefusedMax = 1000;
  // Lines for one change of the configuration.
  static constexpr size_t kLinesMax = 100;

  using Records = std::map<std::string, xds::ResourceRecord, std::less<>>;

  ResourceLedger(Resources& resources, const Linker& linker, stats::Registry& stats);

  void OnOutcome(ResourceType type, const Outcome& outcome);
  // Something about it has changed: looked at by the next Settle.
  void Touch(ResourceType type, std::string_view name);
  // Its record is about to go.
  void Forget(ResourceType type, const xds::ResourceRecord& record);
  // The same of a cluster that routes or TCP proxies may still use.
  void KeepCluster(const std::string& name, xds::ResourceRecord record);

  // What was touched has been linked.
  void Settle(const Linker::Looked& looked, WallTime now);

  // Clusters that the server has removed, and that something still uses.
  const Records& kept_clusters() const { return kept_clusters_; }

 private:
  using Counts = std::array<uint64_t, xds::kResourceStates>;

  template <typename OnStore>
  void ForStore(ResourceType type, OnStore on_store);
  void SettleOne(ResourceType type, const std::string& name, WallTime now);
  void SettleKept();
  bool Serves(ResourceType type, std::string_view name, const void* value) const;
  static xds::ResourceState StateOf(ResourceType type, const xds::ResourceRecord& record);
  void Move(ResourceType type, std::string_view name, xds::ResourceRecord& record,
            xds::ResourceState next, bool is_news);
  void Tell(ResourceType type, std::string_view name, const xds::ResourceRecord& record,
            xds::ResourceState before);
  std::string Describe(ResourceType type, std::string_view name,
                       const xds::ResourceRecord& record) const;
  Counts& CountsOf(ResourceType type) { return counts_[static_cast<size_t>(type)]; }
  void Show();

  Resources& resources_;
  const Linker& linker_;
  std::array<std::set<std::string, std::less<>>, kResourceTypeCount> touched_;
  // Of those, whose rejection is another one than before.
  std::array<std::set<std::string, std::less<>>, kResourceTypeCount> refused_anew_;
  std::array<std::deque<std::string>, kResourceTypeCount> refused_;  // oldest first
  std::array<Counts, kResourceTypeCount> counts_{};
  std::array<std::shared_ptr<stats::Scope>, kResourceTypeCount> scopes_;
  Records kept_clusters_;
  size_t lines_ = 0;
};

}  // namespace outrigger::compiler
