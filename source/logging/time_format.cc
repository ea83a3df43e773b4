#include "logging/time_format.h"

#include <ctime>

#include "base/append_format.h"

namespace outrigger::logging {

namespace {
constexpr std::string_view kDefault = "%Y-%m-%dT%H:%M:%S.%3fZ";
constexpr int kFractionDigits = 9;
// The longest that strftime makes of kTextBytesMax: "%c" is about 32 letters.
constexpr size_t kFieldsBytesMax = TimeFormat::kTextBytesMax * 32;
}  // namespace

std::optional<TimeFormat> TimeFormat::Compile(std::string_view text) {
  if (text.size() > kTextBytesMax) return std::nullopt;
  if (text.empty()) text = kDefault;
  TimeFormat format;
  while (!text.empty()) {
    if (text[0] != '%' || text.size() == 1) {
      const size_t end = text.size() == 1 ? 1 : text.find('%', 1);
      format.AddFields(text.substr(0, end));
      text.remove_prefix(std::min(end, text.size()));
      continue;
    }
    size_t used = 2;
    if (text[1] == 'f') {
      format.pieces_.push_back({Piece::Kind::kFraction, {}, kFractionDigits});
    } else if (text[1] >= '1' && text[1] <= '9' && text.size() > 2 && text[2] == 'f') {
      format.pieces_.push_back({Piece::Kind::kFraction, {}, text[1] - '0'});
      used = 3;
    } else if (text[1] == 's') {
      format.pieces_.push_back({Piece::Kind::kSeconds, {}, 0});
    } else {
      format.AddFields(text.substr(0, 2));
    }
    text.remove_prefix(used);
  }
  return format;
}

void TimeFormat::AddFields(std::string_view text) {
  if (pieces_.empty() || pieces_.back().kind != Piece::Kind::kFields) pieces_.emplace_back();
  pieces_.back().fields.append(text);
}

void TimeFormat::Append(WallTime time, std::string& line) const {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
  const auto seconds = static_cast<time_t>(whole.count());
  const auto nanoseconds =
      static_cast<uint64_t>((time.time_since_epoch() - whole) / std::chrono::nanoseconds(1));
  tm fields{};
  gmtime_r(&seconds, &fields);
  for (const Piece& piece : pieces_) {
    switch (piece.kind) {
      case Piece::Kind::kFields: {
        char text[kFieldsBytesMax];
        line.append(text, strftime(text, sizeof text, piece.fields.c_str(), &fields));
        break;
      }
      case Piece::Kind::kFraction: {
        char digits[kFractionDigits];
        uint64_t rest = nanoseconds;
        for (int i = kFractionDigits - 1; i >= 0; --i, rest /= 10) {
          digits[i] = static_cast<char>('0' + rest % 10);
        }
        line.append(digits, static_cast<size_t>(piece.digits));
        break;
      }
      case Piece::Kind::kSeconds:
        AppendFormat(line, "{}", seconds);
        break;
    }
  }
}

}  // namespace outrigger::logging
