// The last accepted version of every resource, by type and name: the bytes as received (what
// /config_dump shows) and the compiled value. A bad update leaves the entry as it was and notes
// why.
//
// There may be tens of thousands: what only few have is held by pointer.
//
// STYLE: a template over the compiled type, since the store is the same for every resource.
// Thread: control; handed to service as a const copy for dumps.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "base/absl_view.h"
#include "base/clock.h"
#include "base/shrink.h"
#include "xds/resource.h"
#include "xds/resource_state.h"

namespace outrigger::xds {

// The last rejected attempt after the accepted version.
struct Rejection {
  // Larger ones are not kept: a control plane chooses how many are rejected.
  static constexpr size_t kBytesKeptMax = 16 * 1024;

  std::string error;
  std::string version;
  std::optional<uint64_t> bytes_hash;  // unset: the same bytes might be accepted another time
  std::shared_ptr<const std::string> bytes;
  WallTime at{};
};

// What serves while a newer accepted version waits.
struct FormerVersion {
  std::string version;
  std::shared_ptr<const std::string> bytes;
  WallTime updated_at{};
  WallTime effective_at{};
};

struct ResourceRecord {
  std::string version;
  std::shared_ptr<const std::string> bytes;  // serialized message; shared with dumps
  uint64_t bytes_hash = 0;
  WallTime first_seen{};    // or asked for by this name
  WallTime updated_at{};    // accepted
  WallTime effective_at{};  // unset: it does not serve yet
  std::unique_ptr<const FormerVersion> former;
  std::unique_ptr<Rejection> rejection;
  // Why the server has none, if it said so after the last accepted version, or was silent (X24).
  std::unique_ptr<const Absence> absence;
  ResourceState state = ResourceState::kNew;
  bool is_static = false;  // from the bootstrap: xDS may not change it (X54)
  bool expires = false;    // it has a time to live: it does not outlast its server

  bool is_effective() const { return effective_at != WallTime{}; }
};

template <typename T>
class ResourceStore {
 public:
  struct Entry {
    ResourceRecord record;
    std::shared_ptr<const T> value;  // null: never accepted
  };
  Entry& operator[](std::string_view name) {
    if (Entry* known = Find(name); known != nullptr) return *known;
    const auto it = entries_.try_emplace(std::string(name)).first;
    index_.insert(&*it);
    return it->second;
  }
  const Entry* Find(std::string_view name) const {
    const auto it = index_.find(name);
    return it == index_.end() ? nullptr : &(*it)->second;
  }
  Entry* Find(std::string_view name) {
    const auto it = index_.find(name);
    return it == index_.end() ? nullptr : &(*it)->second;
  }
  bool Erase(std::string_view name) {
    const auto indexed = index_.find(name);
    if (indexed == index_.end()) return false;
    const auto it = entries_.find((*indexed)->first);
    index_.erase(indexed);
    ShrinkIfSparse(index_);
    entries_.erase(it);
    return true;
  }
  template <typename IsKept>
  void EraseUnless(IsKept is_kept) {
    const auto is_unwanted = [&](const auto& item) { return !is_kept(item.first, item.second); };
    absl::erase_if(index_, [&](const Item* item) { return is_unwanted(*item); });
    ShrinkIfSparse(index_);
    std::erase_if(entries_, [&](const Item& item) { return !index_.contains(item.first); });
  }
  using Entries = std::map<std::string, Entry, std::less<>>;
  // In the order of their names.
  const Entries& entries() const { return entries_; }

 private:
  using Item = typename Entries::value_type;
  // Of an item, or of a name alone.
  struct Hash {
    using is_transparent = void;
    size_t operator()(const Item* item) const { return (*this)(std::string_view(item->first)); }
    size_t operator()(std::string_view name) const {
      return absl::Hash<absl::string_view>()(AbslView(name));
    }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const Item* one, const Item* other) const { return one == other; }
    bool operator()(const Item* item, std::string_view name) const { return item->first == name; }
    bool operator()(std::string_view name, const Item* item) const { return item->first == name; }
  };

  Entries entries_;
  // A response of all there is finds each by its name, and few of them have changed.
  absl::flat_hash_set<Item*, Hash, Equal> index_;
};

}  // namespace outrigger::xds
