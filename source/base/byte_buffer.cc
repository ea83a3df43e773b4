#include "base/byte_buffer.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/check.h"

namespace outrigger {

namespace {
// Fewer bytes than this are not worth a slab of their own.
constexpr size_t kCopiedMax = 4 * 1024;
}  // namespace

ByteBuffer::Piece* ByteBuffer::NewPiece(size_t bytes_min) {
  const size_t slab_room = pool_.slab_bytes() - sizeof(Piece);
  const bool is_from_pool = bytes_min <= slab_room;
  // Larger than a slab: twice what is needed, so that a head that grows by small segments is copied
  // a logarithmic number of times.
  const size_t capacity = is_from_pool ? slab_room : 2 * bytes_min;
  void* memory = is_from_pool ? pool_.Take() : ::operator new(sizeof(Piece) + capacity);
  return new (memory) Piece{nullptr, capacity, 0, 0, is_from_pool};
}

void ByteBuffer::FreePiece(Piece* piece) {
  if (piece->is_from_pool) {
    pool_.Give(reinterpret_cast<char*>(piece));
  } else {
    ::operator delete(piece);
  }
}

void ByteBuffer::Append(std::string_view bytes) {
  size_ += bytes.size();
  while (!bytes.empty()) {
    if (last_ == nullptr || last_->end == last_->capacity) {
      Piece* piece = NewPiece(1);
      (last_ == nullptr ? first_ : last_->next) = piece;
      last_ = piece;
    }
    const size_t count = std::min(bytes.size(), last_->capacity - last_->end);
    std::memcpy(last_->bytes() + last_->end, bytes.data(), count);
    last_->end += count;
    bytes.remove_prefix(count);
  }
}

void ByteBuffer::Consume(size_t count) {
  OUTRIGGER_CHECK(count <= size_);
  size_ -= count;
  while (count > 0) {
    const size_t taken = std::min(count, first_->size());
    first_->begin += taken;
    count -= taken;
    if (first_->size() > 0) break;
    Piece* empty = first_;
    first_ = first_->next;
    if (first_ == nullptr) last_ = nullptr;
    FreePiece(empty);
  }
}

std::string_view ByteBuffer::Front() const {
  if (first_ == nullptr) return {};
  return {first_->bytes() + first_->begin, first_->size()};
}

std::string_view ByteBuffer::Linearize() {
  if (first_ == nullptr || first_ == last_) return Front();
  Piece* whole = NewPiece(size_);
  for (Piece* piece = first_; piece != nullptr;) {
    std::memcpy(whole->bytes() + whole->end, piece->bytes() + piece->begin, piece->size());
    whole->end += piece->size();
    Piece* next = piece->next;
    FreePiece(piece);
    piece = next;
  }
  first_ = last_ = whole;
  return Front();
}

int ByteBuffer::FillIovec(iovec* iov, int iov_max) const {
  int count = 0;
  for (Piece* piece = first_; piece != nullptr && count < iov_max; piece = piece->next) {
    iov[count++] = {piece->bytes() + piece->begin, piece->size()};
  }
  return count;
}

void ByteBuffer::MoveFrom(ByteBuffer& other) {
  OUTRIGGER_CHECK(&pool_ == &other.pool_);
  if (other.first_ == nullptr) return;
  (last_ == nullptr ? first_ : last_->next) = other.first_;
  last_ = other.last_;
  size_ += other.size_;
  other.first_ = other.last_ = nullptr;
  other.size_ = 0;
}

void ByteBuffer::MoveFrom(ByteBuffer& other, size_t count) {
  OUTRIGGER_CHECK(count <= other.size_);
  if (count == other.size_ && count > kCopiedMax) {
    MoveFrom(other);
    return;
  }
  while (count > 0) {
    const std::string_view piece = other.Front().substr(0, count);
    Append(piece);
    count -= piece.size();
    other.Consume(piece.size());
  }
}

void ByteBuffer::Clear() {
  while (first_ != nullptr) {
    Piece* next = first_->next;
    FreePiece(first_);
    first_ = next;
  }
  last_ = nullptr;
  size_ = 0;
}

std::string ByteBuffer::ToString() const {
  std::string all;
  all.reserve(size_);
  for (Piece* piece = first_; piece != nullptr; piece = piece->next) {
    all.append(piece->bytes() + piece->begin, piece->size());
  }
  return all;
}

}  // namespace outrigger
