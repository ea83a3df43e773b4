// Whatever a gRPC body holds: as many messages begin in it however its bytes come.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "http/grpc_frames.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger;  // NOLINT(google-build-using-namespace): one function
  const std::string_view body(reinterpret_cast<const char*>(bytes), size);
  using Side = http::GrpcFrames::Side;
  for (Side side : {Side::kRequest, Side::kResponse}) {
    const uint64_t whole = http::GrpcFrames(side).CountBegun(body);
    OUTRIGGER_CHECK(whole <= size);
    const size_t piece = size == 0 ? 1 : bytes[0] % 7 + 1u;
    http::GrpcFrames frames(side);
    uint64_t count = 0;
    for (size_t at = 0; at < size; at += piece) count += frames.CountBegun(body.substr(at, piece));
    OUTRIGGER_CHECK(count == whole);
  }
  return 0;
}
