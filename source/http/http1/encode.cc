#include "http/http1/encode.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "http/field_rules.h"
#include "http/syntax.h"

namespace outrigger::http::http1 {

namespace {

struct Phrase {
  uint16_t status;
  std::string_view text;
};

// Ascending.
constexpr Phrase kPhrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {102, "Processing"},
    {103, "Early Hints"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {208, "Already Reported"},
    {226, "IM Used"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {305, "Use Proxy"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Payload Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Entity"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {506, "Variant Also Negotiates"},
    {507, "Insufficient Storage"},
    {508, "Loop Detected"},
    {510, "Not Extended"},
    {511, "Network Authentication Required"},
};
static_assert(std::ranges::is_sorted(kPhrases, {}, &Phrase::status));

}  // namespace

std::string_view ReasonPhrase(uint16_t status) {
  const auto found = std::ranges::lower_bound(kPhrases, status, {}, &Phrase::status);
  return found != std::end(kPhrases) && found->status == status ? found->text : "Unknown";
}

void HeadWriter::Flush() {
  if (size_ > 0) output_.Append({gathered_.data(), size_});
  size_ = 0;
}

void HeadWriter::Write(std::string_view text) {
  if (text.empty()) return;  // perhaps a null view, which memcpy may not see
  if (text.size() > gathered_.size() - size_) {
    Flush();
    if (text.size() > gathered_.size()) {
      output_.Append(text);
      return;
    }
  }
  std::memcpy(gathered_.data() + size_, text.data(), text.size());
  size_ += text.size();
}

void HeadWriter::WriteStatusLine(uint16_t status) {
  const char digits[] = {static_cast<char>('0' + status / 100 % 10),
                         static_cast<char>('0' + status / 10 % 10),
                         static_cast<char>('0' + status % 10)};
  Write("HTTP/1.1 ");
  Write({digits, sizeof digits});
  Write(" ");
  Write(ReasonPhrase(status));
  Write("\r\n");
}

void HeadWriter::WriteRequestLine(const RequestHead& head) {
  Write(head.method);
  Write(" ");
  Write(head.is_connect() ? head.authority : head.path);
  Write(" HTTP/1.1\r\n");
  WriteField("host", head.authority);
}

void HeadWriter::WriteName(std::string_view name) {
  if (has_plain_names()) {
    Write(name);
    return;
  }
  const std::string_view original = OriginalOf(name);
  if (original.empty() && names_.otherwise == HeaderCase::kProper) {
    WriteProper(name);
  } else {
    Write(original.empty() ? name : original);
  }
}

std::string_view HeadWriter::OriginalOf(std::string_view name) {
  if (names_.originals == nullptr) return {};
  const OriginalNames& all = *names_.originals;
  for (size_t i = 0; i < all.size(); ++i) {
    const size_t at = (next_original_ + i) % all.size();
    if (!EqualsIgnoringCase(all[at], name)) continue;
    next_original_ = at + 1;
    return all[at];
  }
  return {};
}

// As Envoy's proper_case_words: a letter is a capital at the start and behind what is neither
// letter nor digit.
void HeadWriter::WriteProper(std::string_view name) {
  bool starts_word = true;
  for (char c : name) {
    const bool is_letter = c >= 'a' && c <= 'z';
    const char written = is_letter && starts_word ? static_cast<char>(c - 'a' + 'A') : c;
    Write({&written, 1});
    starts_word = !is_letter && !(c >= '0' && c <= '9');
  }
}

void HeadWriter::WriteField(std::string_view name, std::string_view value) {
  constexpr std::string_view kBetween = ": ";
  constexpr std::string_view kEnd = "\r\n";
  const size_t size = name.size() + kBetween.size() + value.size() + kEnd.size();
  if (!has_plain_names() || size > gathered_.size() - size_) {
    WriteName(name);
    Write(kBetween);
    Write(value);
    Write(kEnd);
    return;
  }
  char* at = gathered_.data() + size_;
  at += name.copy(at, name.size());
  at += kBetween.copy(at, kBetween.size());
  at += value.copy(at, value.size());
  kEnd.copy(at, kEnd.size());
  size_ += size;
}

void HeadWriter::WriteFields(const HeaderMap& fields) {
  for (const HeaderField& field : fields) {
    if (!IsFraming(field.id)) WriteField(field.name, field.value);
  }
}

void HeadWriter::WriteContentLength(uint64_t length) {
  char digits[20];
  const auto result = std::to_chars(digits, digits + sizeof digits, length);
  WriteField("content-length", {digits, static_cast<size_t>(result.ptr - digits)});
}

void WriteChunk(ByteBuffer& output, std::string_view bytes) {
  if (bytes.empty()) return;
  char line[18];
  char* end = std::to_chars(line, line + 16, bytes.size(), 16).ptr;
  *end++ = '\r';
  *end++ = '\n';
  output.Append({line, static_cast<size_t>(end - line)});
  output.Append(bytes);
  output.Append("\r\n");
}

void WriteLastChunk(ByteBuffer& output, const HeaderMap* trailers) {
  HeadWriter writer(output);
  writer.Write("0\r\n");
  if (trailers != nullptr) writer.WriteFields(*trailers);
  writer.WriteEmptyLine();
}

}  // namespace outrigger::http::http1
