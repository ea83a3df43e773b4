// Incremental HTTP/1 message parsing, strict by R1-R23; requests and responses share it.
//
// Nothing is buffered here: the caller offers a contiguous run of bytes and is told how many were
// taken. A head is taken whole or not at all (the scanner remembers how far it has looked, so the
// work stays linear); chunk lines and trailer blocks likewise; body bytes as they come. Views in a
// parsed head point into the offered bytes or the parser's scratch: valid until the next call.
//
// Owned by a codec. Thread: worker. Source: RFC 9112, RFC 9110; hardening.md R1-R23.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/codec.h"
#include "http/error.h"
#include "http/message.h"

namespace outrigger::http::http1 {

// What is wrong with a message; the codec adds whose it is.
struct ParseFailure {
  ErrorKind kind = ErrorKind::kBadRequest;
  std::string_view cause;  // static
};

// What the framing fields of a head said.
struct Framing {
  std::optional<uint64_t> content_length;
  bool is_chunked = false;
  bool wants_close = false;       // Connection: close
  bool wants_keep_alive = false;  // Connection: keep-alive
  std::string_view upgrade;       // what Upgrade says, where Connection names it

  // RFC 9112 9.3.
  bool KeepsAlive(Version version) const {
    return !wants_close && (version == Version::kHttp11 || wants_keep_alive);
  }
};

// Finds where a head or trailer block ends, over any number of calls with the same bytes growing at
// the back, and refuses control characters as soon as they are seen (R16).
class HeadScanner {
 public:
  enum class Verdict { kIncomplete, kComplete, kTooLarge, kMalformed };

  // Judges the first `bytes_max` of `bytes`. The answer does not depend on how the bytes came.
  Verdict Scan(std::string_view bytes, size_t bytes_max);
  // kComplete: of the block with its empty line.
  size_t size() const { return scanned_; }
  bool has_first_line() const { return line_start_ > 0; }
  const ParseFailure& failure() const { return failure_; }  // kMalformed
  void Reset() { scanned_ = line_start_ = 0; }

 private:
  size_t scanned_ = 0;
  size_t line_start_ = 0;
  ParseFailure failure_;
};

// Fields of heads and trailers into a HeaderMap.
class FieldParser {
 public:
  static constexpr size_t kScratchKeptMax = 8 * 1024;  // between messages
  // Fields that one Connection header may take out; beyond this the message is refused.
  static constexpr size_t kNominatedMax = 16;

  explicit FieldParser(const CodecLimits& limits, bool keeps_names = false)
      : limits_(limits), keeps_names_(keeps_names) {}

  // Fields of the head and of the trailers count together (R8, R23). `names` takes those of the
  // head that hold capitals, if they are to be kept.
  void StartMessage(OriginalNames& names) {
    field_count_ = 0;
    names_ = keeps_names_ ? &names : nullptr;
  }
  // Parses `lines` (each ending in CRLF, without the empty line) into `fields`, names in lower
  // case. Requires: a HeadScanner found the lines well-formed.
  std::optional<ParseFailure> Parse(std::string_view lines, HeaderMap& fields);

 private:
  void LowerCaseName(HeaderField& field);

  const CodecLimits& limits_;
  const bool keeps_names_;
  OriginalNames* names_ = nullptr;  // until the head is parsed
  size_t field_count_ = 0;
  size_t scratch_room_ = 0;
  std::string scratch_;  // lower-case copies of unknown names; never grows within one block
};

// Takes the framing and hop-by-hop fields out of a head's `fields` (R1-R4, R9, R50, R52).
std::optional<ParseFailure> TakeFraming(HeaderMap& fields, Framing& framing);

// Parse a complete head that a HeadScanner found well-formed.
std::optional<ParseFailure> ParseRequestHead(std::string_view bytes, const CodecLimits& limits,
                                             FieldParser& fields, RequestHead& head,
                                             Framing& framing);
// `head.body` is the codec's to decide: it depends on the request.
std::optional<ParseFailure> ParseResponseHead(std::string_view bytes, FieldParser& fields,
                                              ResponseHead& head, Framing& framing);

// The body of one message.
class BodyParser {
 public:
  enum class Step { kNeedMore, kBody, kTrailers, kEnd, kError };

  explicit BodyParser(const CodecLimits& limits) : limits_(limits) {}

  void StartNone() { state_ = State::kDone; }
  void StartKnown(uint64_t bytes);
  // `head_bytes` of the head count toward what the trailers may hold.
  void StartChunked(size_t head_bytes);
  void StartUntilClose() { state_ = State::kUntilClose; }

  // One step over `bytes`: `taken` bytes are used up. kBody: `body` is a piece of the body, perhaps
  // an empty one; kTrailers: `trailers` is filled and the message over; kError: `cause` says why.
  Step Next(std::string_view bytes, FieldParser& fields, HeaderMap& trailers);
  size_t taken() const { return taken_; }
  std::string_view body() const { return body_; }
  std::string_view cause() const { return cause_; }
  bool is_done() const { return state_ == State::kDone; }
  bool is_until_close() const { return state_ == State::kUntilClose; }

 private:
  enum class State { kDone, kKnown, kUntilClose, kChunkLine, kChunkData, kChunkEnd, kTrailerBlock };

  Step Fail(std::string_view cause);
  Step TakeBody(std::string_view bytes);
  Step TakeChunkLine(std::string_view bytes);
  Step ParseChunkLine(std::string_view line);
  Step TakeTrailers(std::string_view bytes, FieldParser& fields, HeaderMap& trailers);

  const CodecLimits& limits_;
  State state_ = State::kDone;
  uint64_t left_ = 0;  // of the body or the chunk
  size_t extension_bytes_ = 0;
  size_t overhead_bytes_ = 0;
  size_t trailer_bytes_max_ = 0;
  HeadScanner trailer_scanner_;
  size_t taken_ = 0;
  std::string_view body_;
  std::string_view cause_;
};

}  // namespace outrigger::http::http1
