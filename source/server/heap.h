// What malloc holds, and when what it holds for nothing goes back to the kernel (P2): after a large
// configuration has been withdrawn, the process shrinks again.
//
// Owned by the server. Thread: control.
#pragma once

#include <cstdint>

namespace outrigger {

struct Heap {
  uint64_t allocated = 0;  // in use, bytes
  uint64_t size = 0;       // taken from the kernel at one time or another
  uint64_t unused() const { return size > allocated ? size - allocated : 0; }
};

// Walks all of it, and whoever allocates waits meanwhile: milliseconds once it is in pieces.
Heap ReadHeap();

class HeapTrim {
 public:
  static constexpr uint64_t kWorthwhileBytes = 1024 * 1024;

  // Gives unused pages back when there are many more of them than after the last time. Returns
  // whether it did.
  bool Trim(const Heap& heap);

 private:
  uint64_t unused_before_ = 0;  // that are no use: given back already, or too small
};

}  // namespace outrigger
