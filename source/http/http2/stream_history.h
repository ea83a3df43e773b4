// Which of its streams the peer of a session has closed: nghttp2 forgets a stream with its end and
// takes late frames for late news, where RFC 9113 5.1 wants the connection closed.
//
// Remembers the newest streams only; of older ones it says nothing. Owned by a session.
// Thread: worker.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace outrigger::http::http2 {

class StreamHistory {
 public:
  static constexpr size_t kRemembered = 64;
  enum class Past {
    kUnknown,       // too long ago, or reset by us: its frames may still be on their way
    kNeverOpened,   // a later one was opened: this number is spent
    kClosedByPeer,  // ended or reset by the peer, who knows that
  };

  void OnOpened(int32_t stream);
  void OnClosedByPeer(int32_t stream);
  int32_t newest() const { return newest_; }
  // Requires: no such stream is open now, and one as new or newer was.
  Past Judge(int32_t stream) const;

 private:
  struct Entry {
    int32_t stream = 0;
    bool is_closed_by_peer = false;
  };
  std::array<Entry, kRemembered> entries_{};  // ring; the oldest at next_
  size_t next_ = 0;
  int32_t newest_ = 0;
};

}  // namespace outrigger::http::http2
