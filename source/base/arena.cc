#include "base/arena.h"

#include <cstring>
#include <utility>

#include "base/poison.h"

namespace outrigger {

namespace {
constexpr size_t kAlignment = alignof(std::max_align_t);
}

Arena::~Arena() {
  Reset();
  if (newest_ != nullptr) GiveBack(newest_);
}

void* Arena::Allocate(size_t bytes) {
  const size_t rounded = (bytes + kAlignment - 1) & ~(kAlignment - 1);
  bytes_used_ += rounded;
  if (rounded > slab_room()) return AllocateLarge(rounded);
  if (newest_ == nullptr || rounded > slab_room() - offset_) {
    newest_ = new (pool_.Take()) Block{newest_};
    Poison(newest_->bytes(), slab_room());
    offset_ = 0;
  }
  char* start = newest_->bytes() + offset_;
  offset_ += rounded;
  Unpoison(start, bytes);
  return start;
}

void* Arena::AllocateLarge(size_t bytes) {
  large_ = new (::operator new(sizeof(Block) + bytes)) Block{large_};
  return large_->bytes();
}

std::string_view Arena::Copy(std::string_view text) {
  if (text.empty()) return {};
  char* copy = static_cast<char*>(Allocate(text.size()));
  std::memcpy(copy, text.data(), text.size());
  return {copy, text.size()};
}

std::string_view Arena::Join(std::span<const std::string_view> pieces) {
  size_t size = 0;
  for (std::string_view piece : pieces) size += piece.size();
  if (size == 0) return {};
  char* joined = static_cast<char*>(Allocate(size));
  char* at = joined;
  for (std::string_view piece : pieces) {
    if (!piece.empty()) std::memcpy(at, piece.data(), piece.size());
    at += piece.size();
  }
  return {joined, size};
}

void Arena::Reset() {
  while (large_ != nullptr) ::operator delete(std::exchange(large_, large_->next));
  if (newest_ != nullptr) {
    while (newest_->next != nullptr) GiveBack(std::exchange(newest_, newest_->next));
    Poison(newest_->bytes(), slab_room());
  }
  offset_ = 0;
  bytes_used_ = 0;
}

void Arena::GiveBack(Block* slab) { pool_.Give(reinterpret_cast<char*>(slab)); }

}  // namespace outrigger
