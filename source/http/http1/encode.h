// Writing of HTTP/1 heads, chunks and trailers into a ByteBuffer.
//
// Thread: worker.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/byte_buffer.h"
#include "http/header_map.h"
#include "http/http1/options.h"
#include "http/message.h"

namespace outrigger::http::http1 {

// How the names of one head are written: as they came where that is known, else in one case.
struct HeaderNames {
  HeaderCase otherwise = HeaderCase::kLower;
  const OriginalNames* originals = nullptr;
};

// Gathers the many small pieces of a head on the stack, so that they cost one append. All of it has
// reached the buffer when the writer is gone.
class HeadWriter {
 public:
  explicit HeadWriter(ByteBuffer& output, HeaderNames names = {})
      : output_(output), names_(names) {}
  ~HeadWriter() { Flush(); }
  HeadWriter(const HeadWriter&) = delete;
  HeadWriter& operator=(const HeadWriter&) = delete;

  void Write(std::string_view text);
  void WriteStatusLine(uint16_t status);
  // The request line and the Host field. CONNECT has the authority for a target.
  void WriteRequestLine(const RequestHead& head);
  void WriteField(std::string_view name, std::string_view value);
  // Without fields of framing significance: those the codec writes itself, from parsed state (R9).
  void WriteFields(const HeaderMap& fields);
  void WriteContentLength(uint64_t length);
  void WriteEmptyLine() { Write("\r\n"); }

 private:
  static constexpr size_t kGathered = 2048;
  bool has_plain_names() const {
    return names_.otherwise == HeaderCase::kLower &&
           (names_.originals == nullptr || names_.originals->empty());
  }
  void Flush();
  void WriteName(std::string_view name);
  std::string_view OriginalOf(std::string_view name);
  void WriteProper(std::string_view name);

  ByteBuffer& output_;
  const HeaderNames names_;
  size_t next_original_ = 0;  // fields are mostly written in the order in which they came
  size_t size_ = 0;
  std::array<char, kGathered> gathered_;
};

// One chunk; nothing for no bytes (an empty chunk would end the body).
void WriteChunk(ByteBuffer& output, std::string_view bytes);
// The last chunk and the trailer block; `trailers` may be null.
void WriteLastChunk(ByteBuffer& output, const HeaderMap* trailers);

// The reason phrase of RFC 9110; "Unknown" for others.
std::string_view ReasonPhrase(uint16_t status);

}  // namespace outrigger::http::http1
