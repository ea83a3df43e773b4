// Dense identifiers that stand for names on the request path.
//
// The linker hands them out; a name keeps its id for as long as any snapshot or pin holds its
// lease, so a worker may key its own live state by id. Values start at 0 and index slot tables
// directly.
//
// Thread: any (values).
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

namespace outrigger {

// A strong integer: ids of different kinds do not mix. STYLE: one template instead of four structs.
template <typename Tag>
struct Id {
  static constexpr uint32_t kNone = UINT32_MAX;

  uint32_t value = kNone;

  constexpr bool is_set() const { return value != kNone; }
  constexpr bool operator==(const Id&) const = default;
  constexpr auto operator<=>(const Id&) const = default;
};

// Abseil's hashing protocol, found by argument-dependent lookup.
template <typename H, typename Tag>
H AbslHashValue(H state, const Id<Tag>& id) {
  return H::combine(std::move(state), id.value);
}

using ClusterId = Id<struct ClusterTag>;
using RouteTableId = Id<struct RouteTableTag>;
// What the scopes of filter chains lead to.
using RouteScopesId = Id<struct RouteScopesTag>;
using ListenerId = Id<struct ListenerTag>;
// A listening address owned by the server; outlives every version of every listener.
using ListenSocketId = Id<struct ListenSocketTag>;
// A TLS profile whose context is made of secrets that come and change.
using TlsProfileId = Id<struct TlsProfileTag>;
// A filter of a chain whose configuration comes apart from its listener.
using DiscoveredFilterId = Id<struct DiscoveredFilterTag>;

// While one is left, the id stands for nothing but what it stands for now.
template <typename IdType>
using IdLease = std::shared_ptr<const IdType>;

}  // namespace outrigger
