// How %START_TIME(...)% writes a time: strftime, and %f, %3f (digits of the second's fraction) and
// %s (seconds since 1970) beside it. Always UTC.
//
// Thread: any (const after compile).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace outrigger::logging {

class TimeFormat {
 public:
  static constexpr size_t kTextBytesMax = 128;

  // Empty: Envoy's default, 2026-11-28T16:00:00.000Z. Nothing: too long.
  static std::optional<TimeFormat> Compile(std::string_view text);
  void Append(WallTime time, std::string& line) const;
  bool operator==(const TimeFormat&) const = default;

 private:
  struct Piece {
    enum class Kind { kFields, kFraction, kSeconds };
    Kind kind = Kind::kFields;
    std::string fields;  // of strftime
    int digits = 0;
    bool operator==(const Piece&) const = default;
  };
  void AddFields(std::string_view text);

  std::vector<Piece> pieces_;
};

}  // namespace outrigger::logging
