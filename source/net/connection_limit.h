// A limit on connections that holds for all threads together (R75), and one use of it.
//
// Outlives its uses. Touched when a connection is made or ends, never by a request. Thread: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

namespace outrigger {

class ConnectionLimit {
 public:
  explicit ConnectionLimit(uint32_t max) : max_(max) {}

  // False when there are as many as there may be, but for `spare`.
  [[nodiscard]] bool TryTake(uint32_t spare = 0) {
    // Added first and looked at then: two threads at once never both pass the limit.
    if (open_.fetch_add(1, std::memory_order_relaxed) + spare < max()) return true;
    Release();
    return false;
  }
  void Release() { open_.fetch_sub(1, std::memory_order_relaxed); }

  uint32_t open() const { return open_.load(std::memory_order_relaxed); }
  uint32_t max() const { return max_.load(std::memory_order_relaxed); }
  // Of those to come: none that is open ends.
  void SetMax(uint32_t max) { max_.store(max, std::memory_order_relaxed); }

 private:
  std::atomic<uint32_t> max_;
  alignas(64) std::atomic<uint32_t> open_ = 0;
};

class ConnectionUse {
 public:
  ConnectionUse() = default;
  ~ConnectionUse() {
    if (limit_ != nullptr) limit_->Release();
  }
  ConnectionUse(ConnectionUse&& other) noexcept : limit_(std::exchange(other.limit_, nullptr)) {}
  ConnectionUse& operator=(ConnectionUse&& other) noexcept {
    std::swap(limit_, other.limit_);
    return *this;
  }

  // Null: no limit. Requires: holds nothing.
  [[nodiscard]] bool TryTake(ConnectionLimit* limit) {
    if (limit != nullptr && !limit->TryTake()) return false;
    limit_ = limit;
    return true;
  }

 private:
  ConnectionLimit* limit_ = nullptr;
};

}  // namespace outrigger
