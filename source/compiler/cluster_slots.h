// The names of clusters that a route table uses, as the slots by which its routes know them.
//
// A new version of a table goes on with the slots of the one before: routes that both have in
// common hold them. What no route names any more leaves an empty name, which the next new one
// takes.
//
// Thread: control.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/name_index.h"
#include "routing/route_action.h"

namespace outrigger::compiler {

class ClusterSlots {
 public:
  // `before`: the names of the former version; empty: there is none.
  explicit ClusterSlots(std::vector<std::string> before)
      : names_(std::move(before)), is_used_(names_.size()) {
    slots_.Reserve(names_.size());
    for (routing::ClusterSlot slot = 0; slot < names_.size(); ++slot) {
      if (names_[slot].empty()) {
        free_.push_back(slot);
      } else {
        slots_.Insert(slot);
      }
    }
  }
  ClusterSlots(const ClusterSlots&) = delete;
  ClusterSlots& operator=(const ClusterSlots&) = delete;

  routing::ClusterSlot Of(const std::string& cluster) {
    const std::optional<uint32_t> known = slots_.Find(cluster);
    const routing::ClusterSlot slot = known.has_value() ? *known : TakeSlot(cluster);
    is_used_[slot] = true;
    return slot;
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
  struct NameAt {
    const std::vector<std::string>* names;
    std::string_view operator()(uint32_t slot) const { return (*names)[slot]; }
  };

  routing::ClusterSlot TakeSlot(const std::string& cluster) {
    auto slot = static_cast<routing::ClusterSlot>(names_.size());
    if (free_.empty()) {
      names_.emplace_back();
      is_used_.push_back(false);
    } else {
      slot = free_.back();
      free_.pop_back();
    }
    names_[slot] = cluster;
    slots_.Insert(slot);
    return slot;
  }

  std::vector<std::string> names_;  // empty: free
  std::vector<bool> is_used_;       // by slot
  NameIndex<NameAt> slots_{NameAt{&names_}};
  std::vector<routing::ClusterSlot> free_;
};

}  // namespace outrigger::compiler
