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

#include "base/clock.h"
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
    Entry* known = Find(name);
    return known != nullptr ? *known : entries_[std::string(name)];
  }
  const Entry* Find(std::string_view name) const {
    auto it = entries_.find(name);
    return it == entries_.end() ? nullptr : &it->second;
  }
  Entry* Find(std::string_view name) {
    auto it = entries_.find(name);
    return it == entries_.end() ? nullptr : &it->second;
  }
  bool Erase(std::string_view name) {
    auto it = entries_.find(name);
    if (it == entries_.end()) return false;
    entries_.erase(it);
    return true;
  }
  template <typename IsKept>
  void EraseUnless(IsKept is_kept) {
    std::erase_if(entries_, [&](const auto& entry) { return !is_kept(entry.first, entry.second); });
  }
  using Entries = std::map<std::string, Entry, std::less<>>;
  const Entries& entries() const { return entries_; }

 private:
  Entries entries_;
};

}  // namespace outrigger::xds
