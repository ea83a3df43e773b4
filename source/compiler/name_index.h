// Positions in a list, found by the names that stand there: there may be thousands, and each name
// is held once, in the list.
//
// `NameAt` tells the name at a position (uint32_t to std::string_view). The name of a position that
// is in the index does not change. Thread: any (a value).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "base/shrink.h"

namespace outrigger::compiler {

template <typename NameAt>
class NameIndex {
 public:
  explicit NameIndex(NameAt name_at) : positions_(0, Hash{name_at}, Equal{name_at}) {}

  void Reserve(size_t count) { positions_.reserve(count); }
  // Requires: no other position of that name is there.
  void Insert(uint32_t position) { positions_.insert(position); }
  std::optional<uint32_t> Find(std::string_view name) const {
    const auto found = positions_.find(name);
    return found == positions_.end() ? std::nullopt : std::optional(*found);
  }
  template <typename IsGone>
  void EraseIf(IsGone is_gone) {
    absl::erase_if(positions_, is_gone);
    ShrinkIfSparse(positions_);
  }
  size_t size() const { return positions_.size(); }
  auto begin() const { return positions_.begin(); }
  auto end() const { return positions_.end(); }

 private:
  struct Hash {
    using is_transparent = void;
    NameAt name_at;
    size_t operator()(uint32_t position) const { return absl::HashOf(name_at(position)); }
    size_t operator()(std::string_view name) const { return absl::HashOf(name); }
  };
  struct Equal {
    using is_transparent = void;
    NameAt name_at;
    bool operator()(uint32_t one, uint32_t other) const { return one == other; }
    bool operator()(uint32_t one, std::string_view other) const { return name_at(one) == other; }
    bool operator()(std::string_view one, uint32_t other) const { return one == name_at(other); }
  };

  absl::flat_hash_set<uint32_t, Hash, Equal> positions_;
};

}  // namespace outrigger::compiler
