#include "server/heap.h"

#include <malloc.h>

#include <algorithm>

namespace outrigger {

Heap ReadHeap() {
  const struct mallinfo2 heap = mallinfo2();
  return {heap.uordblks + heap.hblkhd, heap.arena + heap.hblkhd};
}

bool HeapTrim::Trim(const Heap& heap) {
  unused_before_ = std::min(unused_before_, heap.unused());
  if (heap.unused() - unused_before_ < std::max(kWorthwhileBytes, heap.allocated / 8)) return false;
  malloc_trim(0);
  unused_before_ = heap.unused();
  return true;
}

}  // namespace outrigger
