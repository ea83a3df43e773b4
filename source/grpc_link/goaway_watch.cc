#include "grpc_link/goaway_watch.h"

#include <algorithm>

namespace outrigger {

namespace {
constexpr uint8_t kGoAwayType = 0x7;
constexpr uint8_t kEnhanceYourCalm = 0xb;
}  // namespace

bool GoAwayWatch::Feed(std::string_view bytes) {
  bool is_told = false;
  while (!bytes.empty()) {
    const size_t skipped = std::min(skip_, bytes.size());
    skip_ -= skipped;
    bytes.remove_prefix(skipped);
    const size_t wanted = is_in_goaway_ ? kFieldsBytes : kHeaderBytes;
    const size_t taken = std::min(wanted - piece_size_, bytes.size());
    std::copy_n(bytes.begin(), taken, piece_.begin() + piece_size_);
    piece_size_ += taken;
    bytes.remove_prefix(taken);
    if (piece_size_ < wanted) continue;
    piece_size_ = 0;
    if (is_in_goaway_) {
      is_in_goaway_ = false;
      skip_ = debug_bytes_;
      is_told = is_told || SaysCalm();
    } else {
      StartFrame();
    }
  }
  return is_told;
}

void GoAwayWatch::StartFrame() {
  const size_t length = size_t{piece_[0]} << 16 | size_t{piece_[1]} << 8 | piece_[2];
  is_in_goaway_ = piece_[3] == kGoAwayType && length >= kFieldsBytes;
  if (is_in_goaway_) {
    debug_bytes_ = length - kFieldsBytes;
  } else {
    skip_ = length;
  }
}

bool GoAwayWatch::SaysCalm() const {
  return piece_[4] == 0 && piece_[5] == 0 && piece_[6] == 0 && piece_[7] == kEnhanceYourCalm;
}

}  // namespace outrigger
