// Fixed-size memory blocks for one thread: buffers and arenas take them and give them back, so that
// steady traffic allocates nothing.
//
// Owned by a worker (or by the service thread's loop). Keeps at most `free_max` blocks; the rest
// goes back to the allocator at once. Not zeroed.
//
// Thread: the one loop that owns it.
#pragma once

#include <cstddef>
#include <vector>

namespace outrigger {

class SlabPool {
 public:
  static constexpr size_t kSlabBytes = 16 * 1024;
  static constexpr size_t kFreeMax = 256;  // 4 MiB kept per thread at the most

  explicit SlabPool(size_t slab_bytes = kSlabBytes, size_t free_max = kFreeMax);
  ~SlabPool();
  SlabPool(const SlabPool&) = delete;
  SlabPool& operator=(const SlabPool&) = delete;

  // Never null: running out of address space aborts (a broken invariant, not an input).
  char* Take();
  void Give(char* slab);

  size_t slab_bytes() const { return slab_bytes_; }
  // Blocks taken and not yet given back; the leak check of tests and the `memory` gauges read it.
  size_t slabs_out() const { return slabs_out_; }
  // Frees blocks that nobody uses.
  void Trim();

 private:
  const size_t slab_bytes_;
  const size_t free_max_;
  size_t slabs_out_ = 0;
  std::vector<char*> free_;
};

}  // namespace outrigger
