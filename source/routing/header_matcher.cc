#include "routing/header_matcher.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "absl/strings/numbers.h"
#include "base/check.h"

namespace outrigger::routing {

namespace {

// Pseudo headers, and what the codecs keep apart: `host`, which is the authority by its HTTP/1
// name, and `upgrade`.
std::optional<std::string_view> PseudoHeader(std::string_view name,
                                             const http::RequestHead& request) {
  if (name == ":method") return request.method;
  if (name == ":path") return request.path;
  if (name == ":authority" || name == "host") return request.authority;
  if (name == ":scheme") return request.scheme;
  if (name == "upgrade") return request.upgrade;
  return std::nullopt;
}

bool MatchesRange(const HeaderMatch& match, std::string_view value) {
  int64_t number = 0;
  return absl::SimpleAtoi(absl::string_view(value.data(), value.size()), &number) &&
         number >= match.range_begin && number < match.range_end;
}

bool MatchesValue(const HeaderMatch& match, std::string_view value) {
  switch (match.kind) {
    case HeaderMatch::Kind::kPresent:
      return true;
    case HeaderMatch::Kind::kAbsent:
      return false;
    case HeaderMatch::Kind::kString:
      return match.string.Matches(value);
    case HeaderMatch::Kind::kRange:
      return MatchesRange(match, value);
  }
  OUTRIGGER_CHECK(false);
}

// What a missing field decides, before treats_missing_as_empty: inversion turns presence around,
// but a comparison with a value that is not there is false either way.
bool MatchesMissing(const HeaderMatch& match) {
  switch (match.kind) {
    case HeaderMatch::Kind::kPresent:
      return match.is_inverted;
    case HeaderMatch::Kind::kAbsent:
      return !match.is_inverted;
    case HeaderMatch::Kind::kString:
    case HeaderMatch::Kind::kRange:
      return false;
  }
  OUTRIGGER_CHECK(false);
}

}  // namespace

std::optional<std::string_view> RequestField(std::string_view name,
                                             const http::RequestHead& request) {
  if (const auto pseudo = PseudoHeader(name, request)) return pseudo;
  return request.headers.Get(name);
}

std::optional<std::string> JoinedValues(const std::string& name, const http::RequestHead& request) {
  if (const auto pseudo = PseudoHeader(name, request)) {
    if (pseudo->empty()) return std::nullopt;
    return std::string(*pseudo);
  }
  std::optional<std::string> joined;
  for (const http::HeaderField& field : request.headers) {
    if (field.name != name) continue;
    if (joined.has_value()) {
      joined->append(",").append(field.value);
    } else {
      joined.emplace(field.value);
    }
  }
  return joined;
}

bool MatchesHeader(const HeaderMatch& match, const http::RequestHead& request) {
  bool is_missing = true;
  bool is_matched = false;
  if (const auto pseudo = PseudoHeader(match.name, request)) {
    is_missing = pseudo->empty();
    is_matched = !is_missing && MatchesValue(match, *pseudo);
  } else {
    const http::HeaderId id = http::FindHeaderId(match.name);
    for (const http::HeaderField& field : request.headers) {
      if (field.id != id) continue;
      if (id == http::HeaderId::kUnknown && field.name != match.name) continue;
      is_missing = false;
      is_matched = MatchesValue(match, field.value);
      if (is_matched) break;
    }
  }
  if (is_missing) {
    if (!match.treats_missing_as_empty) return MatchesMissing(match);
    is_matched = MatchesValue(match, "");
  }
  return is_matched != match.is_inverted;
}

bool MatchesHeaders(std::span<const HeaderMatch> matches, const http::RequestHead& request) {
  return std::all_of(matches.begin(), matches.end(), [&request](const HeaderMatch& match) {
    return MatchesHeader(match, request);
  });
}

}  // namespace outrigger::routing
