// Where format strings find their values while an exchange still runs: put together only when there
// is an operator to fill in.
//
// Owned by the exchange, in whose arena the texts lie. Thread: worker.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "base/arena.h"
#include "logging/body_format.h"
#include "logging/log_entry.h"
#include "logging/text_format.h"

namespace outrigger::logging {

class FormatValues {
 public:
  // Beyond it a field's value is cut off: a format may name long fields a thousand times.
  static constexpr size_t kFieldBytesMax = 64 * 1024;
  // A longer body is not sent: that which it would have been written of is.
  static constexpr size_t kBodyBytesMax = 1024 * 1024;

  // `entry`: what is known at the moment. `scratch`: the memory of one text being written.
  FormatValues(absl::AnyInvocable<LogEntry()> entry, Arena& arena, std::string& scratch)
      : entry_(std::move(entry)), arena_(arena), scratch_(scratch) {}

  // As the value of a header field: whatever was filled in, it ends no line and begins no other
  // field (RFC 9110 5.5). What is missing is empty.
  std::string_view Field(const TextFormat& format);
  // The body of an answer of ours, which is `body` before that.
  std::string_view Body(const BodyFormat& format, std::string_view body);
  LogEntry Entry() { return entry_(); }
  Arena& arena() { return arena_; }

 private:
  absl::AnyInvocable<LogEntry()> entry_;
  Arena& arena_;
  std::string& scratch_;
};

}  // namespace outrigger::logging
