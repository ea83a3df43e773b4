// Counts what the calling thread takes from the heap. Linking this in replaces operator new for the
// whole test program.
//
// Thread: any.
#pragma once

#include <cstdint>

namespace outrigger::test {

// Calls of operator new by this thread so far.
uint64_t AllocationCount();

}  // namespace outrigger::test
