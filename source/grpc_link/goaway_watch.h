// Reads along the server's half of an HTTP/2 connection for one thing: a GOAWAY that says
// ENHANCE_YOUR_CALM, which is how a server says that it is sent too many PINGs. gRPC knows it, too,
// but tells its caller only "Socket closed".
//
// Holds no bytes but those of a frame header or of a GOAWAY's first fields. Pure.
// Thread: service.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace outrigger {

class GoAwayWatch {
 public:
  // The next bytes from the server. True if such a GOAWAY was complete in them. Bytes that are no
  // HTTP/2 are skipped as if they were.
  bool Feed(std::string_view bytes);

 private:
  static constexpr size_t kHeaderBytes = 9;  // RFC 9113 section 4.1
  static constexpr size_t kFieldsBytes = 8;  // last stream and error code, RFC 9113 section 6.8

  void StartFrame();
  bool SaysCalm() const;

  std::array<uint8_t, kHeaderBytes> piece_{};
  size_t piece_size_ = 0;
  bool is_in_goaway_ = false;  // collecting its fields; else a frame header
  size_t debug_bytes_ = 0;     // of that GOAWAY, after its fields
  size_t skip_ = 0;            // payload bytes nobody reads
};

}  // namespace outrigger
