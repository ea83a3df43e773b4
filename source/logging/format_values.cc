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

}  // namespace outrigger::logging
