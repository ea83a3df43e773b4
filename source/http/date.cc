#include "http/date.h"

#include <fmt/format.h>

namespace outrigger::http {

namespace {
constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
}  // namespace

std::string_view DateCache::Render(WallTime now) {
  const time_t second =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  if (second != second_) {
    second_ = second;
    tm parts{};
    gmtime_r(&second, &parts);  // UTC takes no time-zone lock (T12)
    const auto result =
        fmt::format_to_n(text_, sizeof text_, "{}, {:02} {} {} {:02}:{:02}:{:02} GMT",
                         kDays[parts.tm_wday], parts.tm_mday, kMonths[parts.tm_mon],
                         parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    size_ = result.size;
  }
  return {text_, size_};
}

}  // namespace outrigger::http
