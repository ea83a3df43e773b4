#include <algorithm>

#include "http/field_rules.h"
#include "http/http1/parser.h"
#include "http/syntax.h"

namespace outrigger::http::http1 {

namespace {

// What one chunk pays for of its own size line; a body of many long lines and little content runs
// into chunk_overhead_bytes_max (R7).
constexpr size_t kPaidPerChunk = 16;

}  // namespace

void BodyParser::StartKnown(uint64_t bytes) {
  state_ = bytes == 0 ? State::kDone : State::kKnown;
  left_ = bytes;
}

void BodyParser::StartChunked(size_t head_bytes) {
  state_ = State::kChunkLine;
  extension_bytes_ = overhead_bytes_ = 0;
  constexpr size_t kEmptyLine = 2;  // ends every chunked body: never one byte too many
  trailer_bytes_max_ =
      limits_.head_bytes_max - std::min(head_bytes, limits_.head_bytes_max) + kEmptyLine;
  trailer_scanner_.Reset();
}

BodyParser::Step BodyParser::Fail(std::string_view cause) {
  cause_ = cause;
  state_ = State::kDone;
  return Step::kError;
}

BodyParser::Step BodyParser::Next(std::string_view bytes, FieldParser& fields,
                                  HeaderMap& trailers) {
  taken_ = 0;
  body_ = {};
  if (state_ == State::kDone) return Step::kEnd;
  if (bytes.empty()) return Step::kNeedMore;
  switch (state_) {
    case State::kDone:
      return Step::kEnd;
    case State::kKnown:
    case State::kChunkData:
      return TakeBody(bytes);
    case State::kUntilClose:
      taken_ = bytes.size();
      body_ = bytes;
      return Step::kBody;
    case State::kChunkLine:
      return TakeChunkLine(bytes);
    case State::kChunkEnd:
      if (!std::string_view("\r\n").starts_with(bytes.substr(0, 2))) {
        return Fail("chunk data does not end in CRLF");  // R6
      }
      if (bytes.size() < 2) return Step::kNeedMore;
      state_ = State::kChunkLine;
      taken_ = 2;
      return Step::kBody;
    case State::kTrailerBlock:
      return TakeTrailers(bytes, fields, trailers);
  }
  return Step::kError;
}

BodyParser::Step BodyParser::TakeBody(std::string_view bytes) {
  taken_ = static_cast<size_t>(std::min<uint64_t>(left_, bytes.size()));
  body_ = bytes.substr(0, taken_);
  left_ -= taken_;
  if (left_ == 0) state_ = state_ == State::kKnown ? State::kDone : State::kChunkEnd;
  return Step::kBody;
}

BodyParser::Step BodyParser::TakeChunkLine(std::string_view bytes) {
  // Looked at anew with every offer: the line is too short for that to matter.
  const std::string_view window = bytes.substr(0, limits_.chunk_line_bytes_max + 2);
  const size_t at = FindControl(window);
  const std::string_view end = window.substr(at, 2);
  if (end == "\r\n") {
    taken_ = at + 2;
    return ParseChunkLine(window.substr(0, at));
  }
  if (!std::string_view("\r\n").starts_with(end)) {
    return Fail("chunk size line does not end in CRLF");  // R6
  }
  const bool has_room = window.size() < limits_.chunk_line_bytes_max + 2;
  return has_room ? Step::kNeedMore : Fail("chunk size line too long");  // R5
}

BodyParser::Step BodyParser::ParseChunkLine(std::string_view line) {
  const size_t semicolon = line.find(';');
  std::string_view size_text = line.substr(0, semicolon);
  if (semicolon != line.npos) {
    // The grammar has optional blanks before an extension, not after a bare size.
    size_text = TrimBlanks(size_text);
    if (size_text.data() != line.data()) {
      return Fail("blank before a chunk size");
    }
    const std::string_view extension = line.substr(semicolon);
    if (!IsChunkExtension(extension)) {
      return Fail("malformed chunk extension");
    }
    extension_bytes_ += extension.size();
    if (extension_bytes_ > limits_.chunk_extension_bytes_max) {
      return Fail("too many chunk extensions");  // R7
    }
  }
  const std::optional<uint64_t> size = ParseHex(size_text);
  if (!size.has_value()) return Fail("chunk size is not hexadecimal");
  const uint64_t paid = kPaidPerChunk + 2 * std::min<uint64_t>(*size, UINT32_MAX);
  overhead_bytes_ += taken_ + 2;  // and the CRLF after the data
  overhead_bytes_ -= static_cast<size_t>(std::min<uint64_t>(overhead_bytes_, paid));
  if (overhead_bytes_ > limits_.chunk_overhead_bytes_max) {
    return Fail("chunks hold more framing than content");  // R7
  }
  left_ = *size;
  state_ = left_ == 0 ? State::kTrailerBlock : State::kChunkData;
  return Step::kBody;
}

BodyParser::Step BodyParser::TakeTrailers(std::string_view bytes, FieldParser& fields,
                                          HeaderMap& trailers) {
  switch (trailer_scanner_.Scan(bytes, trailer_bytes_max_)) {
    case HeadScanner::Verdict::kIncomplete:
      return Step::kNeedMore;
    case HeadScanner::Verdict::kTooLarge:
      return Fail("trailers too large");
    case HeadScanner::Verdict::kMalformed:
      return Fail(trailer_scanner_.failure().cause);
    case HeadScanner::Verdict::kComplete:
      break;
  }
  trailers.Clear();
  const size_t size = trailer_scanner_.size();
  if (auto failure = fields.Parse(bytes.substr(0, size - 2), trailers)) return Fail(failure->cause);
  RemoveForbiddenTrailers(trailers);
  taken_ = size;
  state_ = State::kDone;
  return trailers.size() > 0 ? Step::kTrailers : Step::kEnd;
}

}  // namespace outrigger::http::http1
