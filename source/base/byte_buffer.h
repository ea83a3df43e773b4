// A queue of bytes in slabs: what a connection still has to write, or has read and not yet
// consumed.
//
// Holds no slab while empty and allocates nothing but slabs: each slab carries its own link and
// bounds. Bytes are appended at the back and consumed at the front; all of it can be made
// contiguous for parsers that want one piece (the caller bounds the size).
//
// Owned by a connection or a body relay; references the pool of its loop.
// Thread: the loop that owns the pool.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "base/slab.h"

namespace outrigger {

class ByteBuffer {
 public:
  explicit ByteBuffer(SlabPool& pool) : pool_(pool) {}
  ~ByteBuffer() { Clear(); }
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;

  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  void Append(std::string_view bytes);
  // Drops `count` bytes from the front. Requires: count <= size().
  void Consume(size_t count);
  // The first contiguous piece; empty when the buffer is.
  std::string_view Front() const;
  // Makes all bytes contiguous and returns them. Ensures: result.size() == size().
  std::string_view Linearize();
  // Fills at most `iov_max` entries for writev; returns how many.
  int FillIovec(iovec* iov, int iov_max) const;
  // Moves everything from `other` (of the same pool) to the back of this buffer without copying.
  void MoveFrom(ByteBuffer& other);
  // As above for its first `count` bytes, which are copied unless they are all of it. Requires:
  // count <= other.size().
  void MoveFrom(ByteBuffer& other, size_t count);
  void Clear();
  // A copy of all bytes; for tests and error texts.
  std::string ToString() const;

 private:
  // Lies at the start of its slab; the bytes follow it.
  struct Piece {
    Piece* next;
    size_t capacity;
    size_t begin;
    size_t end;
    bool is_from_pool;
    char* bytes() { return reinterpret_cast<char*>(this + 1); }
    const char* bytes() const { return reinterpret_cast<const char*>(this + 1); }
    size_t size() const { return end - begin; }
  };
  Piece* NewPiece(size_t bytes_min);
  void FreePiece(Piece* piece);

  SlabPool& pool_;
  Piece* first_ = nullptr;
  Piece* last_ = nullptr;
  size_t size_ = 0;
};

}  // namespace outrigger
