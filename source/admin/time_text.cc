#include "admin/time_text.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace outrigger::admin {

std::string TimestampText(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(time - seconds);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), rest.count());
}

std::string TimestampInSeconds(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)));
}

std::string SecondsText(Duration duration) {
  return fmt::format("{}s", duration / std::chrono::seconds(1));
}

}  // namespace outrigger::admin
