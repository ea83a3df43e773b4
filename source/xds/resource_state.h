// What has become of one resource.
//
// Thread: any (values).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace outrigger::xds {

enum class ResourceState : uint8_t {
  kNew,        // nothing has been noted yet
  kRequested,  // asked for; nothing has come
  kWarming,    // accepted; serves as soon as what it names is there
  kWaiting,    // the same of what others name: until they, or what it names, are there
  kServing,    // its newest version does
  kRejected,   // its newest version is; the one accepted before goes on
  kAbsent,     // the server has none
  kTimedOut,   // the server has not sent it in time
  kFailed,     // the server cannot give it, and says why
  kKept,       // the server has removed it, and something still uses it
};
inline constexpr size_t kResourceStates = 10;

// As admin shows it: "timed_out".
constexpr std::string_view NameOf(ResourceState state) {
  switch (state) {
    case ResourceState::kNew:
      return "new";
    case ResourceState::kRequested:
      return "requested";
    case ResourceState::kWarming:
      return "warming";
    case ResourceState::kWaiting:
      return "waiting";
    case ResourceState::kServing:
      return "serving";
    case ResourceState::kRejected:
      return "rejected";
    case ResourceState::kAbsent:
      return "absent";
    case ResourceState::kTimedOut:
      return "timed_out";
    case ResourceState::kFailed:
      return "failed";
    case ResourceState::kKept:
      return "kept";
  }
  return "new";
}

// Somebody should look.
constexpr bool IsTrouble(ResourceState state) {
  return state != ResourceState::kServing && state != ResourceState::kNew;
}

}  // namespace outrigger::xds
