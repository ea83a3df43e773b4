#include "http/normalize.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "http/syntax.h"

namespace outrigger::http {

namespace {

constexpr size_t kNowhere = std::string_view::npos;

// The byte that "%XX" at the front of `text` stands for.
std::optional<char> DecodeEscape(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  const std::optional<uint64_t> byte = ParseHex(text.substr(1, 2));
  if (!byte.has_value()) return std::nullopt;
  return static_cast<char>(*byte);
}

bool IsHexDigit(char c) { return ParseHex({&c, 1}).has_value(); }

// RFC 3986 2.3: an escape of these means the same as the character.
bool IsUnreserved(char c) {
  return (c >= '0' && c <= '9') || (ToLower(c) >= 'a' && ToLower(c) <= 'z') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// No characters of a URI; of them a codec lets through only some.
bool IsNoUriCharacter(char c) {
  return c <= ' ' || c >= 0x7f || std::string_view("\"<>^`{|}").find(c) != std::string_view::npos;
}

size_t CountIllegal(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), IsNoUriCharacter));
}

// "." or "..", perhaps with parameters, which some servers cut off before they look.
enum class Segment : uint8_t { kName, kHere, kUp };
Segment Classify(std::string_view segment) {
  const std::string_view name = segment.substr(0, segment.find(';'));
  if (name == ".") return Segment::kHere;
  return name == ".." ? Segment::kUp : Segment::kName;
}

// A path without its query, being rewritten in place: every step but one writes no further than it
// has read.
class PathEditor {
 public:
  PathEditor(std::string_view path, std::string_view query, Arena& arena)
      : query_(query),
        text_(arena.NewArray<char>(path.size() + 2 * CountIllegal(path) + query.size())),
        size_(path.size()) {
    std::copy(path.begin(), path.end(), text_.begin());
  }

  std::string_view text() const { return {text_.data(), size_}; }

  // Whether there were any.
  bool DecodeSlashes() {
    size_t written = 0;
    bool found = false;
    for (size_t i = 0; i < size_; ++i) {
      const std::optional<char> byte = DecodeEscape(text().substr(i));
      const bool is_slash = byte == '/' || byte == '\\';
      text_[written++] = is_slash ? *byte : text_[i];
      if (is_slash) i += 2;
      found |= is_slash;
    }
    size_ = written;
    return found;
  }

  void TurnBackslashes() { std::replace(text_.begin(), text_.begin() + Offset(size_), '\\', '/'); }

  void DecodeNeedless() {
    size_t written = 0;
    size_t lone_percent = kNowhere;  // where a "%" that begins no escape was written
    for (size_t i = 0; i < size_; ++i) {
      const std::optional<char> byte = DecodeEscape(text().substr(i));
      if (!byte.has_value() || !IsUnreserved(*byte)) {
        if (text_[i] == '%' && !byte.has_value()) lone_percent = written;
        text_[written++] = text_[i];
        continue;
      }
      i += 2;
      text_[written++] = *byte;
      const char next = i + 1 < size_ ? text_[i + 1] : '\0';
      if (lone_percent != kNowhere && CompletesEscape(lone_percent, written, next)) {
        written = EscapePercent(lone_percent, written);
        lone_percent = kNowhere;
      }
    }
    size_ = written;
  }

  void Escape() {
    const size_t count = CountIllegal(text());
    size_t from = size_;
    size_t to = size_ += 2 * count;
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    while (from != to) {
      const char c = text_[--from];
      if (!IsNoUriCharacter(c)) {
        text_[--to] = c;
        continue;
      }
      text_[--to] = kDigits[static_cast<unsigned char>(c) & 15];
      text_[--to] = kDigits[static_cast<unsigned char>(c) >> 4];
      text_[--to] = '%';
    }
  }

  // RFC 3986 5.2.4. Requires: begins with a slash.
  void RemoveDotSegments() {
    size_t written = 0;
    for (size_t start = 1; start <= size_;) {
      const size_t end = std::min(text().find('/', start), size_);
      const std::string_view segment = text().substr(start, end - start);
      const Segment kind = Classify(segment);
      if (kind == Segment::kUp && written > 0) written = text().rfind('/', written - 1);
      if (kind == Segment::kName || end == size_) text_[written++] = '/';
      if (kind == Segment::kName) {
        std::copy(segment.begin(), segment.end(), text_.begin() + Offset(written));
        written += segment.size();
      }
      start = end + 1;
    }
    size_ = written;
  }

  std::string_view WithQuery() const {
    std::copy(query_.begin(), query_.end(), text_.begin() + Offset(size_));
    return {text_.data(), size_ + query_.size()};
  }

  void MergeSlashes() {
    const auto end = std::unique(text_.begin(), text_.begin() + Offset(size_),
                                 [](char a, char b) { return a == '/' && b == '/'; });
    size_ = static_cast<size_t>(end - text_.begin());
  }

 private:
  static std::ptrdiff_t Offset(size_t size) { return static_cast<std::ptrdiff_t>(size); }

  // Whether what was decoded last would be read as a part of an escape that was none before:
  // "%%341" must not become "%41".
  bool CompletesEscape(size_t percent, size_t written, char next) const {
    const char last = text_[written - 1];
    if (!IsHexDigit(last)) return false;
    if (written - percent == 2) return IsHexDigit(next);
    return written - percent == 3 && IsHexDigit(text_[written - 2]);
  }

  // The two bytes more are there: an escape of three has become one.
  size_t EscapePercent(size_t percent, size_t written) {
    const auto after = text_.begin() + Offset(percent + 1);
    std::copy_backward(after, text_.begin() + Offset(written), text_.begin() + Offset(written + 2));
    text_[percent + 1] = '2';
    text_[percent + 2] = '5';
    return written + 2;
  }

  const std::string_view query_;
  const std::span<char> text_;  // with room for escapes and the query
  size_t size_;
};

bool IsCanonical(std::string_view path, const PathRules& rules) {
  const bool changes_escapes = rules.normalizes || rules.escaped_slashes != EscapedSlashes::kKeep;
  if (changes_escapes && path.find('%') != path.npos) return false;
  if (rules.merges_slashes && path.find("//") != path.npos) return false;
  if (!rules.normalizes) return true;
  return path.find("/.") == path.npos && std::none_of(path.begin(), path.end(), [](char c) {
           return c == '\\' || IsNoUriCharacter(c);
         });
}

// As a place to redirect to: what follows two slashes is a host (RFC 3986 4.2).
bool IsOtherHost(std::string_view path) {
  return path.size() > 1 && (path[1] == '/' || path[1] == '\\');
}

// Where the port begins, colon included; the size when there is none.
size_t PortStart(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  if (colon == authority.npos) return authority.size();
  const size_t bracket = authority.rfind(']');
  if (bracket != authority.npos && bracket > colon) return authority.size();
  const bool is_port = ParseDecimal(authority.substr(colon + 1)).has_value();
  return is_port ? colon : authority.size();
}

}  // namespace

CanonicalPath CanonicalizePath(std::string_view path, const PathRules& rules, Arena& arena) {
  using enum CanonicalPath::Verdict;
  const std::string_view bare = path.substr(0, path.find('?'));
  if (bare.find("%00") != bare.npos) return {kReject, path};
  if (!bare.starts_with('/') || IsCanonical(bare, rules)) return {kServe, path};
  PathEditor editor(bare, path.substr(bare.size()), arena);
  bool had_slashes = false;
  if (rules.escaped_slashes != EscapedSlashes::kKeep) {
    had_slashes = editor.DecodeSlashes();
    if (had_slashes && rules.escaped_slashes == EscapedSlashes::kReject) return {kReject, path};
  }
  if (rules.normalizes) {
    editor.TurnBackslashes();
    editor.DecodeNeedless();
    editor.Escape();
    editor.RemoveDotSegments();
  }
  if (rules.merges_slashes) editor.MergeSlashes();
  const bool redirects = had_slashes && rules.escaped_slashes == EscapedSlashes::kRedirect;
  if (redirects && IsOtherHost(editor.text())) return {kReject, path};
  return {redirects ? kRedirect : kServe, editor.WithQuery()};
}

std::string_view CanonicalizeAuthority(std::string_view authority, const HostRules& rules,
                                       uint16_t own_port, Arena& arena) {
  if (rules == HostRules()) return authority;
  const size_t port_start = PortStart(authority);
  std::string_view host = authority.substr(0, port_start);
  std::string_view port = authority.substr(port_start);
  if (rules.strips_trailing_dot && host.size() > 1 && host.ends_with('.')) host.remove_suffix(1);
  const bool is_stripped = rules.port == HostPort::kStrip ||
                           (rules.port == HostPort::kStripOwn && !port.empty() &&
                            ParseDecimal(port.substr(1)) == std::optional<uint64_t>(own_port));
  if (is_stripped) port = {};
  if (host.size() + port.size() == authority.size()) return authority;
  const std::array pieces = {host, port};
  return port.empty() ? host : arena.Join(pieces);
}

}  // namespace outrigger::http
