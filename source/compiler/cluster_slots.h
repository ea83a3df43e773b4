// The names of clusters that a route table uses, as the slots by which its routes know them.
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
  routing::ClusterSlot Of(const std::string& cluster) {
    const auto [slot, is_new] =
        slots_.emplace(cluster, static_cast<routing::ClusterSlot>(names_.size()));
    if (is_new) names_.push_back(cluster);
    return slot->second;
  }

  // By slot, in order of first use.
  std::vector<std::string> TakeNames() { return std::move(names_); }

 private:
  std::map<std::string, routing::ClusterSlot> slots_;
  std::vector<std::string> names_;
};

}  // namespace outrigger::compiler
