// Whole lines on their way from one worker to the log thread, without a lock: one writes at the
// head, one reads at the tail, and the head only ever stands at the end of a line.
//
// Owned by an access_log_file. Thread: Push: its worker; Peek, Pop: log.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace outrigger::logging {

class LineRing {
 public:
  static constexpr size_t kBytes = 256 * 1024;  // a power of two

  LineRing() : bytes_(new char[kBytes]) {}

  // False: there is no room for it now, nor for ever if it is longer than the ring.
  bool Push(std::string_view line) {
    const uint64_t head = head_.load(std::memory_order_relaxed);
    if (line.size() > kBytes - (head - tail_.load(std::memory_order_acquire))) return false;
    const size_t at = head % kBytes;
    const size_t before_wrap = std::min(line.size(), kBytes - at);
    std::memcpy(bytes_.get() + at, line.data(), before_wrap);
    std::memcpy(bytes_.get(), line.data() + before_wrap, line.size() - before_wrap);
    // In one order with the log thread's going to sleep (access_log_writer).
    head_.store(head + line.size(), std::memory_order_seq_cst);
    return true;
  }
  size_t size() const {
    return head_.load(std::memory_order_seq_cst) - tail_.load(std::memory_order_acquire);
  }

  // What is there, in two pieces of which either may be empty.
  std::array<std::string_view, 2> Peek() const {
    const uint64_t tail = tail_.load(std::memory_order_relaxed);
    const size_t size = head_.load(std::memory_order_seq_cst) - tail;
    const size_t at = tail % kBytes;
    const size_t before_wrap = std::min(size, kBytes - at);
    return {std::string_view(bytes_.get() + at, before_wrap),
            std::string_view(bytes_.get(), size - before_wrap)};
  }
  void Pop(size_t count) {
    tail_.store(tail_.load(std::memory_order_relaxed) + count, std::memory_order_release);
  }

 private:
  const std::unique_ptr<char[]> bytes_;
  alignas(64) std::atomic<uint64_t> head_ = 0;
  alignas(64) std::atomic<uint64_t> tail_ = 0;
};

}  // namespace outrigger::logging
