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
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/absl_view.h"
#include "base/ids.h"
#include "base/shrink.h"

namespace outrigger::compiler {

template <typename IdType>
class IdTable {
 public:
  // The id of `name`, made when missing.
  IdLease<IdType> Get(std::string_view name) {
    auto it = entries_.find(AbslView(name));
    if (it == entries_.end()) {
      const IdType id = TakeFree();
      it = entries_.emplace(std::string(name), Entry{id, {}}).first;
    }
    IdLease<IdType> lease = it->second.lease.lock();
    if (lease == nullptr) {
      lease = std::make_shared<const IdType>(it->second.id);
      it->second.lease = lease;
    }
    return lease;
  }

  // Unset when nothing holds an id of that name.
  IdType Find(std::string_view name) const {
    const auto it = entries_.find(AbslView(name));
    return it == entries_.end() || it->second.lease.expired() ? IdType() : it->second.id;
  }

  void ForgetUnused() {
    absl::erase_if(entries_, [this](const auto& entry) {
      const bool is_free = entry.second.lease.expired();
      if (is_free) free_.push_back(entry.second.id);
      return is_free;
    });
    ShrinkIfSparse(entries_);
    sweep_at_ = std::max(kSweepMin, entries_.size() * 2);
  }

  // Ids given away so far are below this.
  uint32_t id_end() const { return next_; }

 private:
  static constexpr size_t kSweepMin = 64;  // names

  struct Entry {
    IdType id;
    std::weak_ptr<const IdType> lease;
  };

  IdType TakeFree() {
    // Only when the table has doubled: each name pays for about one look at another.
    if (free_.empty() && entries_.size() >= sweep_at_) ForgetUnused();
    if (free_.empty()) return IdType{next_++};
    const IdType id = free_.back();
    free_.pop_back();
    return id;
  }

  absl::flat_hash_map<std::string, Entry> entries_;
  std::vector<IdType> free_;
  size_t sweep_at_ = kSweepMin;
  uint32_t next_ = 0;
};

}  // namespace outrigger::compiler
