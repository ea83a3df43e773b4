// Invariants of our own code, checked in every build. Never for input: bytes of peers and of
// configuration come back as errors instead.
//
// Thread: any.
#pragma once

namespace outrigger {

// Prints and aborts.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace outrigger

#define OUTRIGGER_CHECK(condition)                                                              \
  (__builtin_expect(!(condition), 0) ? ::outrigger::CheckFailed(#condition, __FILE__, __LINE__) \
                                     : static_cast<void>(0))
