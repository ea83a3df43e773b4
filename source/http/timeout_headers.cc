#include "http/timeout_headers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "http/syntax.h"

namespace outrigger::http {

namespace {

constexpr size_t kGrpcDigitsMax = 8;
constexpr uint64_t kGrpcNumberMax = 99'999'999;

struct Unit {
  char name;
  uint64_t nanoseconds;
};
// From the smallest to the largest.
constexpr Unit kUnits[] = {
    {'n', 1},
    {'u', 1'000},
    {'m', 1'000'000},
    {'S', 1'000'000'000},
    {'M', 60'000'000'000},
    {'H', 3'600'000'000'000},
};
constexpr uint64_t kMillisecond = kUnits[2].nanoseconds;

Duration Saturated(uint64_t count, uint64_t unit) {
  const auto most = static_cast<uint64_t>(kTimeoutMax.count());
  return count > most / unit ? kTimeoutMax : Duration(static_cast<int64_t>(count * unit));
}

uint64_t MillisecondsIn(Duration timeout) {
  return static_cast<uint64_t>(std::max(timeout, Duration::zero()).count()) / kMillisecond;
}

// The number, and the unit if there is one.
std::string_view Write(uint64_t number, std::string_view unit, Arena& arena) {
  std::array<char, 21> text;
  char* end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  end = std::copy(unit.begin(), unit.end(), end);
  return arena.Copy({text.data(), static_cast<size_t>(end - text.data())});
}

}  // namespace

std::optional<Duration> ParseGrpcTimeout(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const char name = text.back();
  text.remove_suffix(1);
  // Envoy takes blanks there.
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.size() > kGrpcDigitsMax) return std::nullopt;
  const std::optional<uint64_t> number = ParseDecimal(text);
  if (!number.has_value()) return std::nullopt;
  const auto* unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                  [name](const Unit& known) { return known.name == name; });
  if (unit == std::end(kUnits)) return std::nullopt;
  if (unit->nanoseconds >= kMillisecond) return Saturated(*number, unit->nanoseconds);
  const uint64_t per_millisecond = kMillisecond / unit->nanoseconds;
  return Saturated((*number + per_millisecond - 1) / per_millisecond, kMillisecond);
}

std::string_view FormatGrpcTimeout(Duration timeout, Arena& arena) {
  const uint64_t milliseconds = MillisecondsIn(timeout);
  for (const Unit& unit : kUnits) {
    if (unit.nanoseconds < kMillisecond) continue;
    const uint64_t number = milliseconds / (unit.nanoseconds / kMillisecond);
    if (number <= kGrpcNumberMax) return Write(number, {&unit.name, 1}, arena);
  }
  return Write(kGrpcNumberMax, "H", arena);
}

std::optional<Duration> ParseMilliseconds(std::string_view text) {
  const std::optional<uint64_t> number = ParseDecimal(text);
  if (!number.has_value()) return std::nullopt;
  return Saturated(*number, kMillisecond);
}

std::string_view FormatMilliseconds(Duration timeout, Arena& arena) {
  return Write(MillisecondsIn(timeout), {}, arena);
}

}  // namespace outrigger::http
