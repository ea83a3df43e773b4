// What a worker did with its connections when it took a newer snapshot.
//
// Counted by the worker while it adopts, then handed to control as a value.
// Thread: any (a value).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace outrigger {

// Why connections end, or their pools, because the configuration has changed.
enum class DrainCause : uint8_t {
  kListenerGone,   // clients: nothing is served at their address any more
  kNoChain,        // clients: no filter chain matches them any more
  kTransport,      // either side: how it is secured
  kProtocol,       // either side: what is spoken, and its options
  kRefused,        // clients: they would not be let in any more
  kFilterMissing,  // clients: a filter that they passed has no configuration any more
  kClusterGone,    // services
  kEndpointGone,   // services
  kSocketOptions,  // services: how their sockets are to be
};
inline constexpr size_t kDrainCauses = 9;

// For people.
constexpr std::string_view DescribeCause(DrainCause cause) {
  switch (cause) {
    case DrainCause::kListenerGone:
      return "listener gone";
    case DrainCause::kNoChain:
      return "no filter chain matches";
    case DrainCause::kTransport:
      return "transport socket changed";
    case DrainCause::kProtocol:
      return "protocol options changed";
    case DrainCause::kRefused:
      return "not let in any more";
    case DrainCause::kFilterMissing:
      return "filter configuration gone";
    case DrainCause::kClusterGone:
      return "cluster gone";
    case DrainCause::kEndpointGone:
      return "endpoint gone";
    case DrainCause::kSocketOptions:
      return "socket options changed";
  }
  return {};
}

struct Adoption {
  using ByCause = std::array<uint64_t, kDrainCauses>;

  uint64_t from = 0;  // ConfigSnapshot::version; 0: the first
  uint64_t to = 0;
  // Connections of clients: their listener is as it was; it has changed, and they go on with it.
  uint64_t kept = 0;
  uint64_t adopted = 0;
  ByCause drained{};
  // Of services.
  ByCause drained_pools{};
  ByCause drained_upstream{};  // connections in those pools

  static void Count(ByCause& counts, DrainCause cause, uint64_t by = 1) {
    counts[static_cast<size_t>(cause)] += by;
  }
};

}  // namespace outrigger
