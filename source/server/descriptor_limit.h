// How many connections the process may hold when nobody says it: nine tenths of the descriptors
// that the kernel gives it, less 64 for whatever else it opens (R75).
//
// Thread: any.
#pragma once

#include <cstdint>

namespace outrigger {

// Of so many descriptors.
uint32_t ConnectionsFor(uint64_t descriptors);
// By RLIMIT_NOFILE.
uint32_t ConnectionsMaxByDefault();

}  // namespace outrigger
