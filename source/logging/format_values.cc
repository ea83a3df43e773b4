#include "logging/format_values.h"

#include "http/syntax.h"

namespace outrigger::logging {

std::string_view FormatValues::Field(const TextFormat& format) {
  scratch_.clear();
  format.Append(entry_(), {.missing = "", .bytes_max = kFieldBytesMax}, scratch_);
  for (size_t i = http::FindControl(scratch_); i < scratch_.size();
       i = http::FindControl(scratch_)) {
    scratch_[i] = ' ';
  }
  return arena_.Copy(http::TrimBlanks(scratch_));
}

std::string_view FormatValues::Body(const BodyFormat& format, std::string_view body) {
  LogEntry entry = entry_();
  entry.reply_body = body;
  scratch_.clear();
  format.format.AppendBody(entry, scratch_);
  return scratch_.size() > kBodyBytesMax ? body : arena_.Copy(scratch_);
}

}  // namespace outrigger::logging
