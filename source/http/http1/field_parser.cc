#include <algorithm>
#include <array>

#include "http/http1/parser.h"
#include "http/syntax.h"

namespace outrigger::http::http1 {

namespace {

// Longer than every name of header_map.cc; a longer one is unknown in any case.
constexpr size_t kKnownNameMax = 64;

}  // namespace

std::optional<ParseFailure> FieldParser::Parse(std::string_view lines, HeaderMap& fields) {
  if (scratch_.capacity() > kScratchKeptMax && lines.size() <= kScratchKeptMax) {
    std::string().swap(scratch_);
  }
  scratch_.clear();
  scratch_room_ = lines.size();
  while (!lines.empty()) {
    const size_t line_feed = lines.find('\n');
    const std::string_view line = lines.substr(0, line_feed - 1);
    lines.remove_prefix(line_feed + 1);
    if (++field_count_ > limits_.fields_max) {
      return ParseFailure{ErrorKind::kTooManyFields, "too many header fields"};
    }
    if (line[0] == ' ' || line[0] == '\t') {
      return ParseFailure{ErrorKind::kBadRequest, "folded header field"};  // R19
    }
    const TokenPrefix name = ScanToken(line);
    if (name.size == 0 || name.size == line.size() || line[name.size] != ':') {
      return ParseFailure{ErrorKind::kBadRequest, "illegal header name"};  // R17
    }
    HeaderField field{line.substr(0, name.size), TrimBlanks(line.substr(name.size + 1))};
    if (name.has_upper_case) {
      if (names_ != nullptr) names_->push_back(field.name);
      LowerCaseName(field);
    } else {
      field.id = FindHeaderId(field.name);
    }
    fields.AddField(field);
  }
  names_ = nullptr;  // trailers are written in lower case
  return std::nullopt;
}

void FieldParser::LowerCaseName(HeaderField& field) {
  if (field.name.size() <= kKnownNameMax) {
    std::array<char, kKnownNameMax> lower;
    std::transform(field.name.begin(), field.name.end(), lower.begin(), ToLower);
    field.id = FindHeaderId({lower.data(), field.name.size()});
    if (field.id != HeaderId::kUnknown) {
      field.name = HeaderName(field.id);
      return;
    }
  }
  // All names together are shorter than the block: no view moves.
  if (scratch_.capacity() < scratch_room_) scratch_.reserve(scratch_room_);
  const size_t start = scratch_.size();
  for (char c : field.name) scratch_.push_back(ToLower(c));
  field.name = std::string_view(scratch_).substr(start);
}

}  // namespace outrigger::http::http1
