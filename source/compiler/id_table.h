// Names to dense ids, for one kind of thing.
//
// An id belongs to its name for as long as anything holds its lease: whatever stores an id, or must
// not see it stand for something else, holds one (a slot of a snapshot, a route table, a listening
// socket). Once the last lease is gone, no snapshot and no pin can hold the id, and it is given
// away again. So the table is about as large as what is in use, however many names come and go;
// ForgetUnused makes it exactly that.
//
// Owned by the linker. Thread: control; leases may end on any.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "compiler/name_index.h"

namespace outrigger::compiler {

template <typename IdType>
class IdTable {
 public:
  IdTable() = default;
  IdTable(const IdTable&) = delete;
  IdTable& operator=(const IdTable&) = delete;

  // The id of `name`, made when missing.
  IdLease<IdType> Get(std::string_view name) {
    const std::optional<uint32_t> known = known_.Find(name);
    const uint32_t id = known.has_value() ? *known : Add(name);
    IdLease<IdType> lease = entries_[id].lease.lock();
    if (lease == nullptr) {
      lease = std::make_shared<const IdType>(IdType{id});
      entries_[id].lease = lease;
    }
    return lease;
  }

  // Unset when nothing holds an id of that name.
  IdType Find(std::string_view name) const {
    const std::optional<uint32_t> known = known_.Find(name);
    if (!known.has_value() || entries_[*known].lease.expired()) return IdType();
    return IdType{*known};
  }

  void ForgetUnused() {
    known_.EraseIf([this](uint32_t id) { return entries_[id].lease.expired(); });
    std::vector<bool> is_known(entries_.size());
    for (const uint32_t id : known_) is_known[id] = true;
    while (!entries_.empty() && !is_known[entries_.size() - 1]) entries_.pop_back();
    free_.clear();
    for (uint32_t id = 0; id < entries_.size(); ++id) {
      if (!is_known[id]) free_.push_back(id);
    }
    if (entries_.size() < entries_.capacity() / 4) entries_.shrink_to_fit();
    sweep_at_ = std::max(kSweepMin, known_.size() * 2);
  }

  // Ids that are held are below this.
  uint32_t id_end() const { return static_cast<uint32_t>(entries_.size()); }

 private:
  static constexpr size_t kSweepMin = 64;  // names

  struct Entry {
    std::string name;
    std::weak_ptr<const IdType> lease;
  };
  using Entries = std::vector<Entry>;
  struct NameAt {
    const Entries* entries;
    std::string_view operator()(uint32_t id) const { return (*entries)[id].name; }
  };

  uint32_t Add(std::string_view name) {
    // Only when the table has doubled: each name pays for about one look at another.
    if (free_.empty() && known_.size() >= sweep_at_) ForgetUnused();
    uint32_t id = id_end();
    if (free_.empty()) {
      entries_.emplace_back();
    } else {
      id = free_.back();
      free_.pop_back();
    }
    entries_[id].name = std::string(name);
    known_.Insert(id);
    return id;
  }

  Entries entries_;  // by id
  std::vector<uint32_t> free_;
  NameIndex<NameAt> known_{NameAt{&entries_}};
  size_t sweep_at_ = kSweepMin;
};

}  // namespace outrigger::compiler
