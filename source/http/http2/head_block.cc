#include "http/http2/head_block.h"

#include <utility>

#include "http/field_rules.h"
#include "http/syntax.h"

namespace outrigger::http::http2 {

namespace {

constexpr size_t kBytesPerField = 32;  // RFC 7541 4.1
constexpr size_t kCookieKeptMax = 8 * 1024;

Error Refused(ErrorKind kind, std::string_view cause) {
  return {kind, Side::kDownstream, cause, true};
}

// What follows a head: its content-length was checked to be a number, and against END_STREAM.
BodyLength BodyOf(const HeaderMap& fields, bool ends) {
  if (ends) return {};
  const std::optional<std::string_view> announced = fields.Get(HeaderId::kContentLength);
  const std::optional<uint64_t> length = announced ? ParseDecimal(*announced) : std::nullopt;
  if (length.has_value()) return {BodyLength::Kind::kKnown, *length};
  return {BodyLength::Kind::kUnknown, 0};
}

}  // namespace

void HeadBlock::Start() {
  fields_.Clear();
  arena_.Reset();
  pseudo_ = {};
  if (cookie_.capacity() > kCookieKeptMax) cookie_ = {};
  cookie_.clear();
  bytes_ = field_count_ = 0;
}

void HeadBlock::Add(std::string_view name, std::string_view value) {
  bytes_ += name.size() + value.size() + kBytesPerField;
  const bool is_crumb = name == "cookie";
  if (!is_crumb || cookie_.empty()) ++field_count_;
  if (is_over_limits()) return;
  if (is_crumb) {
    AddCookie(value);
  } else if (!name.empty() && name[0] == ':') {
    AddPseudo(name, value);
  } else {
    const HeaderId id = FindHeaderId(name);
    const bool is_known = id != HeaderId::kUnknown;
    fields_.AddField({is_known ? HeaderName(id) : arena_.Copy(name), arena_.Copy(value), id});
  }
}

void HeadBlock::AddCookie(std::string_view value) {
  if (!cookie_.empty()) cookie_ += "; ";
  cookie_ += value;
}

void HeadBlock::AddPseudo(std::string_view name, std::string_view value) {
  --field_count_;  // an HTTP/1 first line is no field either
  const std::pair<std::string_view, std::string_view Pseudo::*> places[] = {
      {":method", &Pseudo::method},       {":path", &Pseudo::path},
      {":authority", &Pseudo::authority}, {":status", &Pseudo::status},
      {":protocol", &Pseudo::protocol},
  };
  for (const auto& [known, place] : places) {
    if (name == known) pseudo_.*place = arena_.Copy(value);
  }
}

bool HeadBlock::is_over_limits() const {
  return bytes_ > limits_.head_bytes_max || field_count_ > limits_.fields_max;
}

bool HeadBlock::is_hopeless() const {
  return bytes_ > kHopelessFactor * limits_.head_bytes_max ||
         field_count_ > kHopelessFactor * limits_.fields_max;
}

std::optional<Error> HeadBlock::CheckLimits(Side side) {
  if (bytes_ > limits_.head_bytes_max) {
    return Error{ErrorKind::kRequestHeadTooLarge, side, "header block too large", true};
  }
  if (field_count_ > limits_.fields_max) {
    return Error{ErrorKind::kTooManyFields, side, "too many header fields", true};
  }
  if (!cookie_.empty()) fields_.Add("cookie", cookie_);
  return std::nullopt;
}

// :authority and Host name the same place, and one of them is there (R39, R43).
std::optional<Error> HeadBlock::TakeAuthority(RequestHead& head) const {
  head.authority = pseudo_.authority;
  const std::optional<std::string_view> host = head.headers.Get(HeaderId::kHost);
  if (host.has_value()) {
    const std::string_view name = *host;
    if (head.headers.Remove(HeaderId::kHost) > 1) {
      return Refused(ErrorKind::kBadRequest, "more than one host");
    }
    if (head.authority.empty()) head.authority = name;
    if (!EqualsIgnoringCase(head.authority, name)) {
      return Refused(ErrorKind::kBadRequest, "host differs from :authority");
    }
  }
  if (head.authority.empty()) return Refused(ErrorKind::kMissingHost, "no :authority");
  if (head.is_connect() && !IsAuthorityWithPort(head.authority)) {
    return Refused(ErrorKind::kBadRequest, "CONNECT to something without a port");
  }
  if (!IsAuthority(head.authority)) {
    return Refused(ErrorKind::kIllegalHost, "illegal :authority");
  }
  return std::nullopt;
}

// CONNECT has an authority alone (RFC 9113 8.5); with :protocol it is the upgrade of HTTP/1 in
// other words (RFC 8441).
std::optional<Error> HeadBlock::TakeConnect(bool ends, RequestHead& head) const {
  if (!allows_connect_) return Refused(ErrorKind::kUpgradeRefused, "CONNECT is not enabled");
  if (ends) return Refused(ErrorKind::kBadRequest, "CONNECT that ends with its head");
  if (pseudo_.protocol.empty()) return std::nullopt;
  head.method = "GET";
  head.upgrade = pseudo_.protocol;
  return std::nullopt;
}

std::optional<Error> HeadBlock::TakeTarget(bool ends, RequestHead& head) const {
  head.method = pseudo_.method;
  head.path = pseudo_.path;
  if (head.is_connect()) {
    if (auto error = TakeConnect(ends, head)) return error;
    if (head.is_connect()) return std::nullopt;
  }
  if (head.path.size() > limits_.target_bytes_max) {
    return Refused(ErrorKind::kRequestTargetTooLong, ":path too long");
  }
  if (!IsToken(head.method)) return Refused(ErrorKind::kBadRequest, "illegal :method");
  const bool is_asterisk = head.path == "*" && head.method == "OPTIONS";
  if (!is_asterisk && (!head.path.starts_with('/') || !IsTarget(head.path))) {
    return Refused(ErrorKind::kBadRequest, "illegal :path");
  }
  return std::nullopt;
}

std::optional<Error> HeadBlock::TakeRequest(bool ends, RequestHead& head) {
  head.Clear();
  head.version = Version::kHttp2;
  if (auto error = CheckLimits(Side::kDownstream)) return error;
  if (auto error = TakeTarget(ends, head)) return error;
  std::swap(head.headers, fields_);
  if (auto error = TakeAuthority(head)) return error;
  head.body = BodyOf(head.headers, ends);
  head.headers.Remove(HeaderId::kContentLength);
  if (head.asks_for_tunnel()) {
    head.body = {BodyLength::Kind::kUnknown, 0};
    ends = true;  // nothing that a 100 could let come
  }
  return TakeExpectation(ends, head);
}

std::optional<Error> HeadBlock::TakeExpectation(bool ends, RequestHead& head) {
  for (const HeaderField& field : head.headers) {  // R12
    if (field.id != HeaderId::kExpect) continue;
    if (!EqualsIgnoringCase(field.value, "100-continue")) {
      return Refused(ErrorKind::kExpectationFailed, "unknown expectation");
    }
    head.expects_continue = !ends;
  }
  head.headers.Remove(HeaderId::kExpect);
  return std::nullopt;
}

std::optional<Error> HeadBlock::TakeResponse(bool ends, ResponseHead& head) {
  head.Clear();
  head.version = Version::kHttp2;
  if (auto error = CheckLimits(Side::kUpstream)) return error;
  const std::optional<uint64_t> status = ParseDecimal(pseudo_.status);
  if (!status.has_value() || *status < 100 || *status > 599) {
    return Error{ErrorKind::kUpstreamProtocolError, Side::kUpstream, "illegal :status", false};
  }
  head.status = static_cast<uint16_t>(*status);
  std::swap(head.headers, fields_);
  head.body = BodyOf(head.headers, ends);
  if (ends) {
    if (const auto length = head.headers.Get(HeaderId::kContentLength)) {
      head.announced_length = ParseDecimal(*length);
    }
  }
  head.headers.Remove(HeaderId::kContentLength);
  return std::nullopt;
}

std::optional<Error> HeadBlock::TakeTrailers(HeaderMap& trailers) {
  if (auto error = CheckLimits(Side::kDownstream)) return error;
  std::swap(trailers, fields_);
  RemoveForbiddenTrailers(trailers);
  return std::nullopt;
}

}  // namespace outrigger::http::http2
