// All metrics that a list of scopes has, in Envoy's order: texts, then counters and gauges, then
// histograms, each sorted by full name. Names are made one at a time.
//
// A scope's name may be the beginning of another's ("a" and "a.b"), so their metrics interleave: a
// small heap merges the scopes whose names have begun.
//
// Thread: service.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "stats/selection.h"

namespace outrigger::stats {

class MetricOrder {
 public:
  explicit MetricOrder(ScopeList scopes);

  struct Item {
    std::string name;
    const Scope* scope = nullptr;
    size_t metric = 0;
    Kind kind() const { return scope->family().metrics[metric].kind; }
  };
  // Null at the end. Valid until the next call.
  const Item* Next();

 private:
  enum Phase : size_t { kTexts, kNumbers, kHistograms, kPhaseCount };
  // Of one family: positions of each phase's metrics, by name.
  using Positions = std::array<std::vector<uint32_t>, kPhaseCount>;
  struct Begun {
    Item item;
    const std::vector<uint32_t>* positions;
    size_t at;
    bool operator<(const Begun& other) const { return item.name > other.item.name; }
  };

  static Phase PhaseOf(Kind kind);
  void BeginScopes();
  void Push(Begun begun);

  const ScopeList scopes_;
  std::map<const Family*, Positions> positions_;
  size_t phase_ = kTexts;
  size_t next_scope_ = 0;
  std::string next_start_;    // of that scope
  std::vector<Begun> begun_;  // heap, least name first
  Item current_;
};

}  // namespace outrigger::stats
