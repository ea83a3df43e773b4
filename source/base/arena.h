// Bump allocator for everything one exchange remembers: header bytes, parsed views, filter state.
//
// Owned by an exchange (or a codec for the message being parsed). Memory comes in slabs from the
// worker's pool and returns there whole on Reset, but for one that is kept, so that a steady
// request allocates nothing. Nothing in it is destroyed one by one, so only trivially destructible
// things may live here. Under ASan, memory not handed out is poisoned.
//
// Thread: the loop that owns the pool.
#pragma once

#include <cstddef>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/slab.h"

namespace outrigger {

class Arena {
 public:
  explicit Arena(SlabPool& pool) : pool_(pool) {}
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Bytes aligned for any scalar. A request larger than a slab gets a heap block of its own that
  // lives until Reset.
  void* Allocate(size_t bytes);
  std::string_view Copy(std::string_view text);
  // The pieces joined into one string.
  std::string_view Join(std::span<const std::string_view> pieces);

  template <typename T>
  std::span<T> NewArray(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    static_assert(alignof(T) <= alignof(std::max_align_t));
    T* first = static_cast<T*>(Allocate(count * sizeof(T)));
    for (size_t i = 0; i < count; ++i) new (first + i) T();
    return {first, count};
  }

  template <typename T, typename... Arguments>
  T& New(Arguments&&... arguments) {
    static_assert(std::is_trivially_destructible_v<T>);
    static_assert(alignof(T) <= alignof(std::max_align_t));
    return *new (Allocate(sizeof(T))) T(std::forward<Arguments>(arguments)...);
  }

  // Everything handed out so far becomes invalid.
  void Reset();
  size_t bytes_used() const { return bytes_used_; }

 private:
  // Lies at the start of each slab or heap block; the bytes follow it.
  struct alignas(std::max_align_t) Block {
    Block* next;
    char* bytes() { return reinterpret_cast<char*>(this + 1); }
  };

  size_t slab_room() const { return pool_.slab_bytes() - sizeof(Block); }
  void* AllocateLarge(size_t bytes);
  void GiveBack(Block* slab);

  SlabPool& pool_;
  Block* newest_ = nullptr;  // slabs, the one being filled first
  Block* large_ = nullptr;   // larger than one slab, from the heap
  size_t offset_ = 0;        // within newest_->bytes()
  size_t bytes_used_ = 0;
};

}  // namespace outrigger
