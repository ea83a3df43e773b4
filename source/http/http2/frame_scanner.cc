#include "http/http2/frame_scanner.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <cstring>

namespace outrigger::http::http2 {

bool FrameHeader::ends_stream() const { return (flags & NGHTTP2_FLAG_END_STREAM) != 0; }
bool FrameHeader::ends_block() const { return (flags & NGHTTP2_FLAG_END_HEADERS) != 0; }
bool FrameHeader::is_data() const { return type == NGHTTP2_DATA; }
bool FrameHeader::is_headers() const { return type == NGHTTP2_HEADERS; }
bool FrameHeader::is_continuation() const { return type == NGHTTP2_CONTINUATION; }

bool FrameHeader::is_idle() const {
  if (length > 0) return false;
  if (is_data()) return !ends_stream();
  return (is_headers() || is_continuation()) && !ends_block();
}

namespace {
constexpr uint32_t kStreamMask = 0x7FFFFFFF;  // the first bit is reserved
}  // namespace

FrameScanner::Step FrameScanner::Next(std::string_view bytes) {
  if (payload_left_ > 0) {
    const size_t size = std::min(payload_left_, bytes.size());
    payload_left_ -= size;
    return {size, false};
  }
  const size_t size = std::min(kHeaderBytes - raw_size_, bytes.size());
  std::memcpy(raw_.data() + raw_size_, bytes.data(), size);
  raw_size_ += size;
  if (raw_size_ < kHeaderBytes) return {size, false};
  Parse();
  return {size, true};
}

void FrameScanner::Parse() {
  const auto at = [this](size_t i) { return uint32_t{raw_[i]}; };
  header_.length = at(0) << 16 | at(1) << 8 | at(2);
  header_.type = raw_[3];
  header_.flags = raw_[4];
  header_.stream =
      static_cast<int32_t>((at(5) << 24 | at(6) << 16 | at(7) << 8 | at(8)) & kStreamMask);
  payload_left_ = header_.length;
  raw_size_ = 0;
}

bool FrameScanner::is_inside_block() const {
  if (!header_.is_headers() && !header_.is_continuation()) return false;
  return !header_.ends_block() || payload_left_ > 0;
}

}  // namespace outrigger::http::http2
