#include "tools/load/grpc_message.h"

#include <cstddef>
#include <cstdint>

namespace outrigger::load {

namespace {

constexpr size_t kFrameBytes = 5;  // compressed or not, then the length
constexpr char kTextField = 0x0a;  // number 1, length-delimited
constexpr int kLengthShiftMax = 28;

void AppendLength(std::string& message, size_t length) {
  for (; length >= 0x80; length >>= 7) message += static_cast<char>(length | 0x80);
  message += static_cast<char>(length);
}

// Takes it off the front of `bytes`.
std::optional<size_t> TakeLength(std::string_view& bytes) {
  size_t length = 0;
  for (int shift = 0; !bytes.empty() && shift <= kLengthShiftMax; shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    length |= size_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return length;
  }
  return std::nullopt;
}

size_t FrameLength(std::string_view frame) {
  size_t length = 0;
  for (size_t at = 1; at < kFrameBytes; ++at)
    length = length << 8 | static_cast<uint8_t>(frame[at]);
  return length;
}

}  // namespace

std::string EncodeGrpcMessage(std::string_view text) {
  std::string message(1, kTextField);
  AppendLength(message, text.size());
  message += text;
  std::string frame(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) frame += static_cast<char>(message.size() >> shift);
  return frame + message;
}

std::optional<std::string_view> DecodeGrpcMessage(std::string_view bytes) {
  if (bytes.size() <= kFrameBytes || bytes.front() != '\0') return std::nullopt;
  std::string_view message = bytes.substr(kFrameBytes);
  if (message.size() != FrameLength(bytes) || message.front() != kTextField) return std::nullopt;
  message.remove_prefix(1);
  const std::optional<size_t> length = TakeLength(message);
  if (!length.has_value() || *length != message.size()) return std::nullopt;
  return message;
}

}  // namespace outrigger::load
