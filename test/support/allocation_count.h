// Counts what the calling thread takes from the heap. Linking this in replaces operator new for the
// whole test program.
//
// Thread: any.
#pragma once

#include <cstdint>

namespace outrigger::test {

// Calls of operator new by this thread so far.
uint64_t AllocationCount();

// Bytes that this thread has taken and not given back, and the most there were since the last
// ResetAllocationPeak. Right only where one thread does both.
int64_t AllocatedBytes();
int64_t AllocationPeak();
void ResetAllocationPeak();

}  // namespace outrigger::test
