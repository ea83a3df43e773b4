#include "http/http1/parser.h"
#include "http/syntax.h"

namespace outrigger::http::http1 {

HeadScanner::Verdict HeadScanner::Scan(std::string_view bytes, size_t bytes_max) {
  const std::string_view window = bytes.substr(0, bytes_max);
  while (scanned_ < window.size()) {
    const size_t at = scanned_ + FindControl(window.substr(scanned_));
    scanned_ = at;
    if (at == window.size()) break;
    if (window[at] != '\r') {
      failure_ = window[at] == '\n'
                     ? ParseFailure{ErrorKind::kBadRequest, "line feed without carriage return"}
                     : ParseFailure{ErrorKind::kIllegalCharacter, "control character in a head"};
      return Verdict::kMalformed;
    }
    if (at + 1 == window.size()) break;  // its line feed may be on the way
    if (window[at + 1] != '\n') {
      failure_ = {ErrorKind::kBadRequest, "carriage return without line feed"};
      return Verdict::kMalformed;
    }
    const bool is_empty_line = at == line_start_;
    scanned_ = line_start_ = at + 2;
    if (is_empty_line) return Verdict::kComplete;
  }
  return bytes.size() > bytes_max ? Verdict::kTooLarge : Verdict::kIncomplete;
}

}  // namespace outrigger::http::http1
