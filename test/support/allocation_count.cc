#include "test/support/allocation_count.h"

#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

thread_local uint64_t allocation_count = 0;
thread_local int64_t allocated_bytes = 0;
thread_local int64_t allocation_peak = 0;

void* Allocate(size_t bytes, size_t alignment) {
  ++allocation_count;
  // aligned_alloc wants whole multiples of the alignment.
  void* memory =
      alignment <= alignof(std::max_align_t)
          ? std::malloc(bytes == 0 ? 1 : bytes)
          : std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (memory == nullptr) std::abort();
  allocated_bytes += static_cast<int64_t>(malloc_usable_size(memory));
  allocation_peak = std::max(allocation_peak, allocated_bytes);
  return memory;
}

void Free(void* memory) {
  if (memory != nullptr) allocated_bytes -= static_cast<int64_t>(malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

namespace outrigger::test {

uint64_t AllocationCount() { return allocation_count; }
int64_t AllocatedBytes() { return allocated_bytes; }
int64_t AllocationPeak() { return allocation_peak; }
void ResetAllocationPeak() { allocation_peak = allocated_bytes; }

}  // namespace outrigger::test

// Every form is replaced: AddressSanitizer has definitions of its own for each, which must not be
// mixed with these.
void* operator new(size_t bytes) { return Allocate(bytes, 0); }
void* operator new[](size_t bytes) { return Allocate(bytes, 0); }
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return Allocate(bytes, 0); }
void* operator new[](size_t bytes, const std::nothrow_t&) noexcept { return Allocate(bytes, 0); }
void* operator new(size_t bytes, std::align_val_t alignment) {
  return Allocate(bytes, static_cast<size_t>(alignment));
}
void* operator new[](size_t bytes, std::align_val_t alignment) {
  return Allocate(bytes, static_cast<size_t>(alignment));
}
void operator delete(void* memory) noexcept { Free(memory); }
void operator delete[](void* memory) noexcept { Free(memory); }
void operator delete(void* memory, size_t) noexcept { Free(memory); }
void operator delete[](void* memory, size_t) noexcept { Free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { Free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { Free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { Free(memory); }
void operator delete[](void* memory, size_t, std::align_val_t) noexcept { Free(memory); }
