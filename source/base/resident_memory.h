// How much memory the process really occupies, as the kernel says (VmRSS).
//
// Thread: any.
#pragma once

#include <cstdint>

namespace outrigger {

// 0 when the kernel does not say.
uint64_t ResidentBytes();

}  // namespace outrigger
