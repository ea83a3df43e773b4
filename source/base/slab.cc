#include "base/slab.h"

#include <new>

#include "base/check.h"
#include "base/poison.h"

namespace outrigger {

SlabPool::SlabPool(size_t slab_bytes, size_t free_max)
    : slab_bytes_(slab_bytes), free_max_(free_max) {
  free_.reserve(free_max);
}

SlabPool::~SlabPool() { Trim(); }

char* SlabPool::Take() {
  ++slabs_out_;
  if (free_.empty()) return static_cast<char*>(::operator new(slab_bytes_));
  char* slab = free_.back();
  free_.pop_back();
  Unpoison(slab, slab_bytes_);
  return slab;
}

void SlabPool::Give(char* slab) {
  OUTRIGGER_CHECK(slabs_out_ > 0);
  --slabs_out_;
  if (free_.size() < free_max_) {
    Poison(slab, slab_bytes_);
    free_.push_back(slab);
  } else {
    Unpoison(slab, slab_bytes_);
    ::operator delete(slab);
  }
}

void SlabPool::Trim() {
  for (char* slab : free_) {
    Unpoison(slab, slab_bytes_);
    ::operator delete(slab);
  }
  free_.clear();
}

}  // namespace outrigger
