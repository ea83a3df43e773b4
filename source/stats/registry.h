// All scopes of the process, by family and name. Asking twice for one name gives the same scope, so
// counts survive every change of configuration that keeps the name.
//
// Beyond kScopesMax a family's further names share one overflow scope (counted in
// server.stats_scope_overflow), so that no configuration can make stats unbounded. Scopes that
// nobody else holds any more are forgotten, after they have been shown once or for some time could
// have been; those of a family that has only one never are.
//
// Thread: Find, ForgetUnused: control. List, ResetCounters: service. The mutex guards the list,
// never the numbers.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stats/scope.h"

namespace outrigger::stats {

class Registry {
 public:
  static constexpr size_t kScopesMax = 100'000;

  explicit Registry(size_t scopes_max = kScopesMax) : scopes_max_(scopes_max) {}

  // The scope of that name, made when missing. Never null. Colons and control characters of the
  // name become '_', as in Envoy, so that a line of text has one colon.
  std::shared_ptr<Scope> Find(const Family& family, std::string_view name);
  // Every scope, late ones too, in the order of Scope::Start(). A scope that nobody else holds is
  // shown here for the last time.
  std::vector<std::shared_ptr<const Scope>> List();
  // Scopes that nobody else holds, and held already when it was called last.
  void ForgetUnused();
  // Every counter begins anew; gauges and histograms go on.
  void ResetCounters();

 private:
  // Scope::Start() and the family: two families may share a prefix, and configuration chooses
  // names, but only the family tells the layout of a scope's blocks.
  using Key = std::pair<std::string_view, const Family*>;  // in the scope
  struct Entry {
    std::shared_ptr<Scope> scope;
    bool was_unused = false;  // when ForgetUnused last looked
    bool is_unused() const;
  };
  using Scopes = std::map<Key, Entry>;

  std::shared_ptr<Scope> Place(const Family& family, std::string_view name);
  void SweepIfCrowded();

  const size_t scopes_max_;
  std::mutex mutex_;
  Scopes scopes_;
  size_t sweep_at_ = 1024;  // scopes; moves with how many are held
};

}  // namespace outrigger::stats
