// Memory that is ours but holds nothing now: under AddressSanitizer, touching it is an error.
//
// Thread: any.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define OUTRIGGER_HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OUTRIGGER_HAS_ASAN 1
#endif
#endif

#if defined(OUTRIGGER_HAS_ASAN)
#include <sanitizer/asan_interface.h>
#endif

#include <cstddef>

namespace outrigger {

#if defined(OUTRIGGER_HAS_ASAN)
inline void Poison(const void* memory, size_t bytes) { __asan_poison_memory_region(memory, bytes); }
inline void Unpoison(const void* memory, size_t bytes) {
  __asan_unpoison_memory_region(memory, bytes);
}
#else
inline void Poison(const void*, size_t) {}
inline void Unpoison(const void*, size_t) {}
#endif

}  // namespace outrigger
