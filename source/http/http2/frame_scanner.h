// Where frames begin in the bytes of a peer, and what their headers say, before nghttp2 sees them:
// it passes over some frames without telling anybody.
//
// Owned by a session. Thread: worker. Source: RFC 9113 4.1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace outrigger::http::http2 {

struct FrameHeader {
  uint32_t length = 0;  // of the payload
  uint8_t type = 0;
  uint8_t flags = 0;
  int32_t stream = 0;

  bool ends_stream() const;
  bool ends_block() const;
  bool is_data() const;
  bool is_headers() const;
  bool is_continuation() const;
  // Carries nothing and ends nothing (R25).
  bool is_idle() const;
};

class FrameScanner {
 public:
  // `preface_bytes` come before the first frame.
  explicit FrameScanner(size_t preface_bytes) : payload_left_(preface_bytes) {}

  struct Step {
    size_t bytes = 0;               // to go on behind
    bool completes_header = false;  // with the last of them
  };
  // Requires: `bytes` is not empty and follows what was stepped over before.
  Step Next(std::string_view bytes);
  // Of the last frame whose header was complete.
  const FrameHeader& header() const { return header_; }
  // Between the first and the last byte of a header block.
  bool is_inside_block() const;

 private:
  static constexpr size_t kHeaderBytes = 9;
  void Parse();

  FrameHeader header_;
  std::array<uint8_t, kHeaderBytes> raw_{};
  size_t raw_size_ = 0;
  size_t payload_left_;
};

}  // namespace outrigger::http::http2
