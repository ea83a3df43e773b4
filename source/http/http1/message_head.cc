#include "http/http1/parser.h"
#include "http/syntax.h"

namespace outrigger::http::http1 {

namespace {

ParseFailure BadRequest(std::string_view cause) { return {ErrorKind::kBadRequest, cause}; }

std::optional<Version> ParseVersion(std::string_view text) {
  if (text == "HTTP/1.1") return Version::kHttp11;
  if (text == "HTTP/1.0") return Version::kHttp10;
  return std::nullopt;
}

ParseFailure UnknownVersion(std::string_view text) {
  const bool is_http = text.size() == 8 && text.starts_with("HTTP/");
  return {is_http ? ErrorKind::kVersionNotSupported : ErrorKind::kBadRequest,
          "unknown HTTP version"};
}

// The first line and the field lines of a complete head, each without its last CRLF.
struct HeadParts {
  explicit HeadParts(std::string_view bytes)
      : first_line(bytes.substr(0, bytes.find('\n') - 1)),
        field_lines(bytes.substr(first_line.size() + 2)) {
    field_lines.remove_suffix(field_lines.empty() ? 0 : 2);
  }
  std::string_view first_line;
  std::string_view field_lines;
};

struct RequestLine {
  std::string_view method;
  std::string_view target;
  std::string_view version;
};

// method SP target SP version, single spaces (R21).
std::optional<ParseFailure> SplitRequestLine(std::string_view line, RequestLine& parts) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == line.npos || first == last) return BadRequest("malformed request line");
  parts = {line.substr(0, first), line.substr(first + 1, last - first - 1), line.substr(last + 1)};
  if (!IsToken(parts.method)) return BadRequest("illegal method");
  if (!IsTarget(parts.target)) return BadRequest("illegal byte in the request target");
  return std::nullopt;
}

// Absolute form: the authority and path of a URI (RFC 9112 3.2.2).
std::optional<ParseFailure> TakeUri(std::string_view target, RequestHead& head) {
  const size_t scheme_end = target.find("://");
  if (scheme_end == target.npos) return BadRequest("request target is neither path nor URI");
  const std::string_view scheme = target.substr(0, scheme_end);
  if (!EqualsIgnoringCase(scheme, "http") && !EqualsIgnoringCase(scheme, "https")) {
    return BadRequest("request target has an unknown scheme");
  }
  const std::string_view rest = target.substr(scheme_end + 3);
  const size_t path_start = rest.find_first_of("/?");
  head.authority = rest.substr(0, path_start);
  if (!IsAuthority(head.authority)) {
    return ParseFailure{ErrorKind::kIllegalHost, "illegal host in the request target"};
  }
  if (path_start == rest.npos) {
    head.path = head.method == "OPTIONS" ? "*" : "/";  // RFC 9112 3.2.4
    return std::nullopt;
  }
  head.path = rest.substr(path_start);
  if (head.path[0] == '?') return BadRequest("request target has a query but no path");
  return std::nullopt;
}

// Authority form, which has a port (RFC 9112 3.2.3, R54).
std::optional<ParseFailure> TakeConnectTarget(std::string_view target, RequestHead& head) {
  if (!IsAuthorityWithPort(target)) return BadRequest("CONNECT to something without a port");
  head.authority = target;
  return std::nullopt;
}

// Origin, asterisk or absolute form (RFC 9112 3.2), or what CONNECT has.
std::optional<ParseFailure> TakeTarget(std::string_view target, RequestHead& head) {
  if (head.is_connect()) return TakeConnectTarget(target, head);
  if (target[0] == '/') {
    head.path = target;
    return std::nullopt;
  }
  if (target != "*") return TakeUri(target, head);
  if (head.method != "OPTIONS") return BadRequest("asterisk form is for OPTIONS");
  head.path = target;
  return std::nullopt;
}

// Whether two authorities of one scheme name the same place.
bool IsSameAuthority(std::string_view a, std::string_view b, std::string_view default_port) {
  for (std::string_view* authority : {&a, &b}) {
    if (authority->ends_with(default_port)) authority->remove_suffix(default_port.size());
  }
  return EqualsIgnoringCase(a, b);
}

// Exactly one Host on HTTP/1.1; an absolute target must agree with it (R22, R39, R43).
std::optional<ParseFailure> TakeHost(std::string_view target, RequestHead& head) {
  const std::optional<std::string_view> host = head.headers.Get(HeaderId::kHost);
  if (!host.has_value()) {
    if (head.version == Version::kHttp10) return std::nullopt;
    return ParseFailure{ErrorKind::kMissingHost, "no host"};
  }
  if (head.headers.Remove(HeaderId::kHost) > 1) return BadRequest("more than one host");
  if (!IsAuthority(*host)) return ParseFailure{ErrorKind::kIllegalHost, "illegal host"};
  if (head.authority.empty()) {
    head.authority = *host;
    return std::nullopt;
  }
  const bool is_https = !head.is_connect() && ToLower(target[4]) == 's';
  if (!IsSameAuthority(*host, head.authority, is_https ? ":443" : ":80")) {
    return BadRequest("host differs from the request target");
  }
  return std::nullopt;
}

// What asks for a tunnel has no body: its bytes would be either (R53). An upgrade is a wish, which
// may be passed over (RFC 9110 7.8).
std::optional<ParseFailure> TakeTunnel(const Framing& framing, RequestHead& head) {
  const bool has_body = head.body.kind != BodyLength::Kind::kNone;
  if (head.is_connect() && has_body) return BadRequest("CONNECT with a body");
  if (!has_body && head.version == Version::kHttp11 && !head.is_connect()) {
    head.upgrade = framing.upgrade;
  }
  if (head.asks_for_tunnel()) head.body.kind = BodyLength::Kind::kUnknown;
  return std::nullopt;
}

std::optional<ParseFailure> TakeRequestBody(const Framing& framing, RequestHead& head) {
  if (framing.is_chunked) {
    head.body = {BodyLength::Kind::kUnknown, 0};
  } else if (framing.content_length.value_or(0) > 0) {
    head.body = {BodyLength::Kind::kKnown, *framing.content_length};
  }
  if (auto failure = TakeTunnel(framing, head)) return failure;
  if (!head.headers.Has(HeaderId::kExpect)) return std::nullopt;
  for (const HeaderField& field : head.headers) {  // R12
    if (field.id == HeaderId::kExpect && !EqualsIgnoringCase(field.value, "100-continue")) {
      return ParseFailure{ErrorKind::kExpectationFailed, "unknown expectation"};
    }
  }
  head.headers.Remove(HeaderId::kExpect);
  head.expects_continue = head.version == Version::kHttp11 &&
                          head.body.kind != BodyLength::Kind::kNone && !head.asks_for_tunnel();
  return std::nullopt;
}

}  // namespace

std::optional<ParseFailure> ParseRequestHead(std::string_view bytes, const CodecLimits& limits,
                                             FieldParser& fields, RequestHead& head,
                                             Framing& framing) {
  head.Clear();
  framing = {};
  fields.StartMessage(head.original_names);
  const HeadParts parts(bytes);
  RequestLine line;
  if (auto failure = SplitRequestLine(parts.first_line, line)) return failure;
  const std::optional<Version> version = ParseVersion(line.version);
  if (!version.has_value()) return UnknownVersion(line.version);
  head.method = line.method;
  head.version = *version;
  if (line.target.size() > limits.target_bytes_max) {
    return ParseFailure{ErrorKind::kRequestTargetTooLong, "request target too long"};
  }
  if (auto failure = fields.Parse(parts.field_lines, head.headers)) return failure;
  if (auto failure = TakeTarget(line.target, head)) return failure;
  if (head.version == Version::kHttp10 && head.headers.Has(HeaderId::kTransferEncoding)) {
    return BadRequest("transfer-encoding on HTTP/1.0");  // R3
  }
  if (auto failure = TakeHost(line.target, head)) return failure;
  if (auto failure = TakeFraming(head.headers, framing)) return failure;
  return TakeRequestBody(framing, head);
}

std::optional<ParseFailure> ParseResponseHead(std::string_view bytes, FieldParser& fields,
                                              ResponseHead& head, Framing& framing) {
  head.Clear();
  framing = {};
  fields.StartMessage(head.original_names);
  const HeadParts parts(bytes);
  // HTTP-version SP 3DIGIT SP [reason]; a missing last space is common and harmless.
  const std::string_view line = parts.first_line;
  if (line.size() < 12 || line[8] != ' ' || (line.size() > 12 && line[12] != ' ')) {
    return BadRequest("malformed status line");
  }
  const std::optional<Version> version = ParseVersion(line.substr(0, 8));
  const std::optional<uint64_t> status = ParseDecimal(line.substr(9, 3));
  if (!version.has_value() || !status.has_value() || *status < 100 || *status > 599) {
    return BadRequest("malformed status line");
  }
  head.version = *version;
  head.status = static_cast<uint16_t>(*status);
  if (auto failure = fields.Parse(parts.field_lines, head.headers)) return failure;
  if (head.version == Version::kHttp10 && head.headers.Has(HeaderId::kTransferEncoding)) {
    return BadRequest("transfer-encoding on HTTP/1.0");  // R3
  }
  return TakeFraming(head.headers, framing);
}

}  // namespace outrigger::http::http1
