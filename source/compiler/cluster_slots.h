// The names of clusters that a route table uses, as the slots by which its routes know them.
//
// A new version of a table goes on with the slots of the one before: routes that both have in
// common hold them. What no route names any more leaves an empty name, which the next new one
// takes.
//
// Thread: control.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "routing/route_action.h"

namespace outrigger::compiler {

class ClusterSlots {
 public:
  // `before`: the names of the former version; empty: there is none.
  explicit ClusterSlots(std::vector<std::string> before)
      : names_(std::move(before)), is_used_(names_.size()) {
    for (routing::ClusterSlot slot = 0; slot < names_.size(); ++slot) {
      if (names_[slot].empty()) {
        free_.push_back(slot);
      } else {
        slots_.emplace(names_[slot], slot);
      }
    }
  }

  routing::ClusterSlot Of(const std::string& cluster) {
    const auto [found, is_new] = slots_.emplace(cluster, routing::ClusterSlot{0});
    if (is_new) found->second = TakeSlot(cluster);
    is_used_[found->second] = true;
    return found->second;
  }
  // The former version's meaning of `slot` goes on.
  void Keep(routing::ClusterSlot slot) { is_used_[slot] = true; }

  // By slot. Of a table without a former version none is empty, and they stand in order of first
  // use.
  std::vector<std::string> TakeNames() {
    for (size_t slot = 0; slot < names_.size(); ++slot) {
      if (!is_used_[slot]) names_[slot].clear();
    }
    while (!names_.empty() && names_.back().empty()) names_.pop_back();
    return std::move(names_);
  }

 private:
  routing::ClusterSlot TakeSlot(const std::string& cluster) {
    if (free_.empty()) {
      names_.push_back(cluster);
      is_used_.push_back(true);
      return static_cast<routing::ClusterSlot>(names_.size() - 1);
    }
    const routing::ClusterSlot slot = free_.back();
    free_.pop_back();
    names_[slot] = cluster;
    return slot;
  }

  std::map<std::string, routing::ClusterSlot> slots_;
  std::vector<std::string> names_;  // empty: free
  std::vector<bool> is_used_;       // by slot
  std::vector<routing::ClusterSlot> free_;
};

}  // namespace outrigger::compiler
