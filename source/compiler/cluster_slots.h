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

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "routing/route_action.h"

namespace outrigger::compiler {

class ClusterSlots {
 public:
  // `before`: the names of the former version; empty: there is none.
  explicit ClusterSlots(std::vector<std::string> before)
      : names_(std::move(before)), is_used_(names_.size()) {
    slots_.reserve(names_.size());
    for (routing::ClusterSlot slot = 0; slot < names_.size(); ++slot) {
      if (names_[slot].empty()) {
        free_.push_back(slot);
      } else {
        slots_.insert(slot);
      }
    }
  }
  ClusterSlots(const ClusterSlots&) = delete;
  ClusterSlots& operator=(const ClusterSlots&) = delete;

  routing::ClusterSlot Of(const std::string& cluster) {
    const auto found = slots_.find(std::string_view(cluster));
    const routing::ClusterSlot slot = found != slots_.end() ? *found : TakeSlot(cluster);
    slots_.insert(slot);
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
  // Slots are found by the names they stand for, of which there may be thousands.
  using Names = std::vector<std::string>;
  struct Hash {
    using is_transparent = void;
    const Names* names;
    size_t operator()(routing::ClusterSlot slot) const { return (*this)((*names)[slot]); }
    size_t operator()(std::string_view name) const { return absl::HashOf(name); }
  };
  struct Equal {
    using is_transparent = void;
    const Names* names;
    std::string_view NameOf(routing::ClusterSlot slot) const { return (*names)[slot]; }
    static std::string_view NameOf(std::string_view name) { return name; }
    template <typename One, typename Other>
    bool operator()(const One& one, const Other& other) const {
      return NameOf(one) == NameOf(other);
    }
  };

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

  Names names_;                // empty: free
  std::vector<bool> is_used_;  // by slot
  absl::flat_hash_set<routing::ClusterSlot, Hash, Equal> slots_{0, Hash{&names_}, Equal{&names_}};
  std::vector<routing::ClusterSlot> free_;
};

}  // namespace outrigger::compiler
