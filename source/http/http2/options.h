// What one side of an HTTP/2 connection announces and bears.
//
// Thread: any (values). Source: RFC 9113 6.5.2; limits of hardening.md 4.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clock.h"
#include "http/codec.h"

namespace outrigger::http::http2 {

// When the peer is asked whether it is still there.
struct KeepaliveOptions {
  Duration timeout{};          // for its answer; zero: it is never asked
  Duration interval{};         // from one answer to the next question; zero: no such questions
  Duration interval_jitter{};  // up to this is added to each interval
  Duration idle_interval{};    // client: asked before a stream, when silent for longer; zero: never

  bool operator==(const KeepaliveOptions&) const = default;
};

struct Options {
  CodecLimits limits;                          // of heads that the peer sends
  uint32_t streams_max = 100;                  // that the peer may have open at a time
  uint32_t stream_window_bytes = 64 * 1024;    // offered for one stream at first
  uint32_t stream_window_bytes_max = 1 << 20;  // and when its receiver has kept up
  uint32_t connection_window_bytes = 1 << 20;  // offered for all of them
  uint32_t header_table_bytes = 4096;          // HPACK, for both directions
  bool allows_connect = false;                 // tunnels, extended CONNECT among them (RFC 8441)
  size_t output_bytes_max = 32 * 1024;         // framed and not yet taken by the socket
  KeepaliveOptions keepalive;
  // Server: how long a whole response waits for the peer's windows and socket, unless its encoder
  // is told otherwise; zero: for ever.
  Duration flush_timeout{};

  bool operator==(const Options&) const = default;
};

// Frames beyond what an input costs by itself: bounded here, whatever the configuration says.
inline constexpr size_t kContinuationsMax = 8;     // per header block (R32)
inline constexpr size_t kSettingsEntriesMax = 32;  // per SETTINGS frame (R31)
// What we send is bounded by what we were sent, of which max_request_headers_kb may be 8192 (R41).
inline constexpr size_t kSentBlockBytesMax = 16 * 1024 * 1024;
inline constexpr size_t kEmptyFramesMax = 1;             // in a row (R25)
inline constexpr size_t kControlFramesQueuedMax = 1000;  // answers the peer does not read (R24)

}  // namespace outrigger::http::http2
