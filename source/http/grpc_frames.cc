#include "http/grpc_frames.h"

#include <algorithm>

namespace outrigger::http {

uint64_t GrpcFrames::CountBegun(std::string_view bytes) {
  constexpr uint8_t kPrefixBytes = 5;
  constexpr uint8_t kEndFlag = 2;
  uint64_t begun = 0;
  while (!has_ended_ && !bytes.empty()) {
    if (rest_ > 0) {
      const size_t passed = std::min<size_t>(rest_, bytes.size());
      rest_ -= static_cast<uint32_t>(passed);
      bytes.remove_prefix(passed);
      continue;
    }
    if (prefix_bytes_ == 0) {
      has_ended_ = side_ == Side::kResponse && (bytes.front() & kEndFlag) != 0;
      if (has_ended_) return begun;
      ++begun;
      length_ = 0;
    } else {
      length_ = length_ << 8 | static_cast<uint8_t>(bytes.front());
    }
    bytes.remove_prefix(1);
    if (++prefix_bytes_ < kPrefixBytes) continue;
    prefix_bytes_ = 0;
    rest_ = length_;
  }
  return begun;
}

}  // namespace outrigger::http
