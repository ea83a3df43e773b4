#include "logging/escape.h"

#include <algorithm>

namespace outrigger::logging {

namespace {

constexpr char kDigits[] = "0123456789abcdef";

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
bool NeedsEscape(char c) { return IsControl(c) || c == '"' || c == '\\'; }
bool IsHigh(char c) { return static_cast<unsigned char>(c) >= 0x80; }

void AppendHex(std::string_view introduction, char c, std::string& text) {
  const auto byte = static_cast<unsigned char>(c);
  text.append(introduction);
  text += kDigits[byte >> 4];
  text += kDigits[byte & 15];
}

size_t TrailingBytes(unsigned char lead) {
  if (lead >= 0xc2 && lead < 0xe0) return 1;
  if (lead >= 0xe0 && lead < 0xf0) return 2;
  if (lead >= 0xf0 && lead < 0xf5) return 3;
  return 0;
}

// RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF.
bool IsUtf8Sequence(std::string_view bytes, size_t trailing) {
  if (trailing == 0 || bytes.size() <= trailing) return false;
  for (size_t i = 1; i <= trailing; ++i) {
    if ((static_cast<unsigned char>(bytes[i]) & 0xc0) != 0x80) return false;
  }
  const auto lead = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  return !(lead == 0xe0 && second < 0xa0) && !(lead == 0xed && second > 0x9f) &&
         !(lead == 0xf0 && second < 0x90) && !(lead == 0xf4 && second > 0x8f);
}

bool IsUtf8(std::string_view bytes) {
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (!IsHigh(bytes[i])) continue;
    const size_t trailing = TrailingBytes(static_cast<unsigned char>(bytes[i]));
    if (!IsUtf8Sequence(bytes.substr(i), trailing)) return false;
    i += trailing;
  }
  return true;
}

void AppendJsonEscape(char c, std::string& text) {
  constexpr std::string_view kNamed = "\"\\\b\f\n\r\t";
  constexpr std::string_view kNames = "\"\\bfnrt";
  const size_t named = kNamed.find(c);
  if (named == kNamed.npos) {
    AppendHex("\\u00", c, text);
  } else {
    text += '\\';
    text += kNames[named];
  }
}

}  // namespace

void EscapeFrom(size_t start, Escaping escaping, std::string& text) {
  if (escaping == Escaping::kNone) return;
  const std::string_view value = std::string_view(text).substr(start);
  const bool is_json = escaping == Escaping::kJson;
  // As Envoy: what is not UTF-8 is taken for Latin-1, and escaped in one way only.
  const bool is_latin1 =
      is_json && std::any_of(value.begin(), value.end(), IsHigh) && !IsUtf8(value);
  const auto is_plain = [is_latin1](char c) {
    return !NeedsEscape(c) && !(is_latin1 && IsHigh(c));
  };
  if (std::all_of(value.begin(), value.end(), is_plain)) return;
  const std::string raw(value);
  text.resize(start);
  for (const char c : raw) {
    if (is_plain(c)) {
      text += c;
    } else if (!is_json) {
      AppendHex("\\x", c, text);
    } else if (is_latin1) {
      AppendHex("\\u00", c, text);
    } else {
      AppendJsonEscape(c, text);
    }
  }
}

void AppendUtf8(std::string_view value, std::string& text) {
  if (IsUtf8(value)) {
    text.append(value);
    return;
  }
  for (size_t i = 0; i < value.size(); ++i) {
    const size_t trailing = TrailingBytes(static_cast<unsigned char>(value[i]));
    if (!IsHigh(value[i])) {
      text += value[i];
    } else if (IsUtf8Sequence(value.substr(i), trailing)) {
      text.append(value.substr(i, trailing + 1));
      i += trailing;
    } else {
      text += '!';
    }
  }
}

void AppendJsonString(std::string_view value, std::string& text) {
  text += '"';
  const size_t start = text.size();
  text.append(value);
  EscapeFrom(start, Escaping::kJson, text);
  text += '"';
}

}  // namespace outrigger::logging
