// Names to dense ids, for one kind of thing.
//
// A name keeps its id while it is in use; the id of a name that is in use no more is given away
// again only when no worker can still hold a snapshot from that time (see Retire).
//
// Owned by the linker. Thread: control.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"

namespace outrigger::compiler {

template <typename IdType>
class IdTable {
 public:
  // The id of `name`, made when missing.
  IdType Get(std::string_view name) {
    if (auto it = ids_.find(name); it != ids_.end()) {
      retired_.erase(it->second);
      return it->second;
    }
    IdType id{next_};
    if (free_.empty()) {
      ++next_;
    } else {
      id = free_.back();
      free_.pop_back();
    }
    ids_.emplace(std::string(name), id);
    return id;
  }

  // Unset when there is none.
  IdType Find(std::string_view name) const {
    const auto it = ids_.find(name);
    return it == ids_.end() ? IdType() : it->second;
  }

  // `name` is used by nothing from snapshot `version` on.
  void Retire(std::string_view name, uint64_t version) {
    if (auto it = ids_.find(name); it != ids_.end()) retired_.emplace(it->second, version);
  }

  // No worker holds a snapshot older than `version`: ids retired before it may be used anew.
  void Collect(uint64_t version) {
    for (auto it = ids_.begin(); it != ids_.end();) {
      const auto retired = retired_.find(it->second);
      if (retired == retired_.end() || retired->second > version) {
        ++it;
        continue;
      }
      free_.push_back(it->second);
      retired_.erase(retired);
      it = ids_.erase(it);
    }
  }

 private:
  std::map<std::string, IdType, std::less<>> ids_;
  std::map<IdType, uint64_t> retired_;
  std::vector<IdType> free_;
  uint32_t next_ = 0;
};

}  // namespace outrigger::compiler
