#include "xds/nack_message.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace outrigger::xds {

namespace {

constexpr std::string_view kSeparator = "; ";
constexpr std::string_view kCut = "...";
constexpr size_t kMoreBytesMax = 40;  // " (and N more)"
// One name or reason; keeps the scrubbing of a hostile megabyte cheap.
constexpr size_t kPieceBytesMax = kNackMessageBytesMax;

std::string Printable(std::string_view text) {
  std::string clean(text.substr(0, kPieceBytesMax));
  for (char& c : clean) {
    if (!absl::ascii_isprint(static_cast<unsigned char>(c))) c = '?';
  }
  return clean;
}

std::string Shortened(std::string text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  text.resize(bytes_max > kCut.size() ? bytes_max - kCut.size() : 0);
  return bytes_max > kCut.size() ? text.append(kCut) : text;
}

std::string DisplayName(const ResourceError& error) {
  return error.name.empty() ? "(unnamed)" : Printable(error.name);
}

}  // namespace

std::string MakeNackMessage(const std::vector<ResourceError>& errors) {
  OUTRIGGER_CHECK(!errors.empty());
  // Names go first in importance: as many as fit, and the room they leave is shared by the reasons.
  std::vector<std::string> names;
  size_t names_bytes = 0;
  for (const ResourceError& error : errors) {
    std::string name = Shortened(DisplayName(error), kNackMessageBytesMax / 4);
    if (names_bytes + name.size() + kSeparator.size() > kNackMessageBytesMax - kMoreBytesMax) break;
    names_bytes += name.size() + kSeparator.size();
    names.push_back(std::move(name));
  }
  size_t room = kNackMessageBytesMax - kMoreBytesMax - names_bytes;
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    const size_t share = room / (names.size() - i);
    std::string reason = Shortened(absl::StrCat(": ", Printable(errors[i].message)), share);
    room -= reason.size();
    if (i > 0) text.append(kSeparator);
    text.append(names[i]).append(reason);
  }
  const size_t left_out = errors.size() - names.size();
  if (left_out > 0) absl::StrAppend(&text, " (and ", left_out, " more)");
  return text;
}

}  // namespace outrigger::xds
