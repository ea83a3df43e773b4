#include "http/syntax.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>

namespace outrigger::http {

namespace {

// Character classes, one bit each.
enum : uint8_t {
  kToken = 1,
  kUpper = 2,
  kTarget = 4,
  kName = 8,        // unreserved and sub-delims of RFC 3986: a registered name, without "%"
  kIpv6 = 16,       // within the brackets
  kQuoted = 32,     // quoted-string content without backslash
  kEscapable = 64,  // after a backslash in a quoted-string
  kControl = 128,   // all but HTAB
};

constexpr bool Contains(std::string_view set, char c) { return set.find(c) != set.npos; }

constexpr uint8_t ClassOf(int code) {
  const char c = static_cast<char>(code);
  const bool is_digit = code >= '0' && code <= '9';
  const bool is_upper = code >= 'A' && code <= 'Z';
  const bool is_alphanumeric = is_digit || is_upper || (code >= 'a' && code <= 'z');
  const bool is_hex = is_digit || Contains("abcdefABCDEF", c);
  const bool is_control = (code < 0x20 && code != '\t') || code == 0x7f;
  uint8_t bits = 0;
  if (is_alphanumeric || Contains("!#$%&'*+-.^_`|~", c)) bits |= kToken;
  if (is_upper) bits |= kUpper;
  if (code > 0x20 && code < 0x7f && !Contains("#\"<>", c)) bits |= kTarget;
  if (is_alphanumeric || Contains("-._~!$&'()*+,;=", c)) bits |= kName;
  if (is_hex || c == ':' || c == '.') bits |= kIpv6;
  if (!is_control && c != '"' && c != '\\') bits |= kQuoted;
  if (!is_control) bits |= kEscapable;
  if (is_control) bits |= kControl;
  return bits;
}

constexpr std::array<uint8_t, 256> BuildClasses() {
  std::array<uint8_t, 256> classes{};
  for (int code = 0; code < 256; ++code) classes[static_cast<size_t>(code)] = ClassOf(code);
  return classes;
}
constexpr std::array<uint8_t, 256> kClasses = BuildClasses();

uint8_t Class(char c) { return kClasses[static_cast<unsigned char>(c)]; }

bool IsAll(std::string_view text, uint8_t bit) {
  return std::all_of(text.begin(), text.end(), [bit](char c) { return (Class(c) & bit) != 0; });
}

bool IsHex(char c) { return ParseHex({&c, 1}).has_value(); }

// reg-name of RFC 3986 3.2.2, not empty.
bool IsRegisteredName(std::string_view name) {
  for (size_t i = 0; i < name.size(); ++i) {
    if ((Class(name[i]) & kName) != 0) continue;
    if (name[i] != '%' || name.size() - i < 3 || !IsHex(name[i + 1]) || !IsHex(name[i + 2])) {
      return false;
    }
    i += 2;
  }
  return !name.empty();
}

// Cuts a token or a quoted-string off the front; false if there is none.
bool CutExtensionValue(std::string_view& text) {
  if (!text.starts_with('"')) {
    const size_t size = ScanToken(text).size;
    text.remove_prefix(size);
    return size > 0;
  }
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      text.remove_prefix(i + 1);
      return true;
    }
    const bool is_escape = text[i] == '\\';
    if (is_escape && ++i == text.size()) return false;
    if ((Class(text[i]) & (is_escape ? kEscapable : kQuoted)) == 0) return false;
  }
  return false;
}

}  // namespace

size_t FindControl(std::string_view text) {
  size_t i = 0;
#if defined(__SSE2__)
  const __m128i low = _mm_set1_epi8(0x1f);
  const __m128i tab = _mm_set1_epi8('\t');
  const __m128i del = _mm_set1_epi8(0x7f);
  for (; i + 16 <= text.size(); i += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + i));
    const __m128i is_low = _mm_cmpeq_epi8(_mm_min_epu8(bytes, low), bytes);
    const __m128i is_control = _mm_or_si128(_mm_andnot_si128(_mm_cmpeq_epi8(bytes, tab), is_low),
                                            _mm_cmpeq_epi8(bytes, del));
    const unsigned mask = static_cast<unsigned>(_mm_movemask_epi8(is_control));
    if (mask != 0) return i + static_cast<size_t>(std::countr_zero(mask));
  }
#endif
  while (i < text.size() && (Class(text[i]) & kControl) == 0) ++i;
  return i;
}

TokenPrefix ScanToken(std::string_view text) {
  TokenPrefix prefix;
  uint8_t seen = 0;
  while (prefix.size < text.size() && (Class(text[prefix.size]) & kToken) != 0) {
    seen |= Class(text[prefix.size++]);
  }
  prefix.has_upper_case = (seen & kUpper) != 0;
  return prefix;
}

bool IsToken(std::string_view text) { return !text.empty() && ScanToken(text).size == text.size(); }

bool IsTarget(std::string_view text) { return !text.empty() && IsAll(text, kTarget); }

bool IsAuthority(std::string_view text) {
  size_t host_end = text.find(':');
  if (text.starts_with('[')) {
    const size_t bracket = text.find(']');
    if (bracket == text.npos || bracket == 1) return false;
    if (!IsAll(text.substr(1, bracket - 1), kIpv6)) return false;
    host_end = bracket + 1 == text.size() ? text.npos : bracket + 1;
    if (host_end != text.npos && text[host_end] != ':') return false;
  } else if (!IsRegisteredName(text.substr(0, host_end))) {
    return false;
  }
  if (host_end == text.npos) return true;
  const std::string_view port = text.substr(host_end + 1);
  if (port.empty()) return true;  // RFC 3986 3.2.3
  const std::optional<uint64_t> number = ParseDecimal(port);
  return number.has_value() && *number <= 65535;
}

bool IsAuthorityWithPort(std::string_view text) {
  // The colon of an IPv6 address is no port's.
  const size_t colon = text.rfind(':');
  const bool has_port = colon != text.npos && colon + 1 < text.size() && text.back() != ']';
  return has_port && IsAuthority(text);
}

bool IsChunkExtension(std::string_view text) {
  while (!text.empty()) {
    if (text[0] != ';') return false;
    text = TrimLeadingBlanks(text.substr(1));
    const size_t name_size = ScanToken(text).size;
    if (name_size == 0) return false;
    const std::string_view rest = TrimLeadingBlanks(text.substr(name_size));
    if (rest.starts_with('=')) {
      text = TrimLeadingBlanks(rest.substr(1));
      if (!CutExtensionValue(text)) return false;
    } else {
      text.remove_prefix(name_size);
    }
    // Blanks may stand before the next extension, not at the end of the line.
    if (const std::string_view next = TrimLeadingBlanks(text); next.starts_with(';')) text = next;
  }
  return true;
}

std::string_view TrimLeadingBlanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

std::string_view TrimBlanks(std::string_view text) {
  text = TrimLeadingBlanks(text);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ToLower(x) == ToLower(y); });
}

std::optional<uint64_t> ParseDecimal(std::string_view text) {
  if (text.empty() || text.size() > 19) return std::nullopt;  // 10^19 - 1 fits
  uint64_t value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  return value;
}

std::optional<uint64_t> ParseHex(std::string_view text) {
  if (text.empty() || text.size() > 16) return std::nullopt;
  uint64_t value = 0;
  for (char c : text) {
    const char lower = ToLower(c);
    uint64_t digit = 0;
    if (lower >= '0' && lower <= '9') {
      digit = static_cast<uint64_t>(lower - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      digit = static_cast<uint64_t>(lower - 'a') + 10;
    } else {
      return std::nullopt;
    }
    value = value << 4 | digit;
  }
  return value;
}

}  // namespace outrigger::http
