// Counts the messages of a gRPC stream while its bytes pass: each begins with a flag and its length
// (gRPC over HTTP/2, "Length-Prefixed-Message"). Nothing is kept of them.
//
// Thread: any (of its owner).
#pragma once

#include <cstdint>
#include <string_view>

namespace outrigger::http {

// Of one call, begun so far.
struct GrpcMessages {
  uint64_t of_request = 0;
  uint64_t of_response = 0;
};

class GrpcFrames {
 public:
  // In answers a flag may say that no message follows, as the Connect protocol has it; Envoy counts
  // nothing from there on, whatever the protocol.
  enum class Side : uint8_t { kRequest, kResponse };
  explicit GrpcFrames(Side side) : side_(side) {}

  // How many messages begin in these bytes, which go on where the ones before ended.
  uint64_t CountBegun(std::string_view bytes);

 private:
  const Side side_;
  bool has_ended_ = false;
  uint8_t prefix_bytes_ = 0;  // seen of the next message's
  uint32_t length_ = 0;       // of it, as far as it has been seen
  uint32_t rest_ = 0;         // of the message that has begun
};

}  // namespace outrigger::http
