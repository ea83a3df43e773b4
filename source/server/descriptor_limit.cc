#include "server/descriptor_limit.h"

#include <sys/resource.h>

#include <algorithm>

namespace outrigger {

namespace {
constexpr uint64_t kSpareDescriptors = 64;
// With so few descriptors they end before the limit does, and accepting pauses all the same.
constexpr uint64_t kConnectionsMin = 16;
constexpr uint64_t kDescriptorsMax = 1u
                                     << 30;  // the kernel's own bound, and an unlimited process's
}  // namespace

uint32_t ConnectionsFor(uint64_t descriptors) {
  const uint64_t most = std::min(descriptors, kDescriptorsMax) / 10 * 9;
  return static_cast<uint32_t>(std::max(kConnectionsMin, most - std::min(most, kSpareDescriptors)));
}

uint32_t ConnectionsMaxByDefault() {
  rlimit limit{};
  // Fails only for a resource that is not there.
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return ConnectionsFor(0);
  return ConnectionsFor(limit.rlim_cur);
}

}  // namespace outrigger
