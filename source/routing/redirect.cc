#include "routing/redirect.h"

#include <array>
#include <charconv>
#include <span>

#include "absl/strings/match.h"
#include "base/absl_view.h"
#include "routing/path_rewrite.h"
#include "routing/route_table.h"

namespace outrigger::routing {

namespace {

std::string_view RequestScheme(const http::RequestHead& request) {
  const auto forwarded = request.headers.Get(http::HeaderId::kXForwardedProto);
  if (!forwarded.has_value()) return request.scheme;
  if (absl::EqualsIgnoreCase(AbslView(*forwarded), "https")) return "https";
  if (absl::EqualsIgnoreCase(AbslView(*forwarded), "http")) return "http";
  return request.scheme;
}

// Where the port begins, colon included; the size when there is none.
size_t PortStart(std::string_view authority) {
  const size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos) return authority.size();
  // Colons inside an IPv6 literal are no port.
  if (authority.starts_with('[') && authority[colon - 1] != ']') return authority.size();
  return colon;
}

bool IsDefaultPort(std::string_view port, std::string_view scheme) {
  return (scheme == "http" && port == ":80") || (scheme == "https" && port == ":443");
}

// The request's authority, without a port that must not be carried over.
std::string_view KeptAuthority(const Redirect& redirect, const http::RequestHead& request) {
  const std::string_view authority = request.authority;
  const size_t port_start = PortStart(authority);
  const std::string_view scheme = RequestScheme(request);
  const bool changes_scheme = !redirect.scheme->empty() && *redirect.scheme != scheme;
  const bool drops_port = redirect.port.has_value() ||
                          (changes_scheme && IsDefaultPort(authority.substr(port_start), scheme));
  return drops_port ? authority.substr(0, port_start) : authority;
}

std::string_view QueryOf(std::string_view path) {
  const size_t query = path.find('?');
  return query == std::string_view::npos ? std::string_view() : path.substr(query);
}

struct Target {
  std::string_view path;
  std::string_view query;
};

Target TargetOf(const Redirect& redirect, const Route& route, const http::RequestHead& request,
                Arena& arena) {
  if (!redirect.path->empty()) {
    // A query of the redirect's own replaces the request's and is never stripped.
    if (redirect.path->find('?') != std::string::npos) return {*redirect.path, {}};
    return {*redirect.path, redirect.strips_query ? std::string_view() : QueryOf(request.path)};
  }
  std::string_view path = RewrittenPath(redirect.path_rewrite, route.path, request.path, arena);
  if (redirect.strips_query) path = path.substr(0, path.find('?'));
  return {path, {}};
}

}  // namespace

bool DemandsTls(const VirtualHost& host, const http::RequestHead& request) {
  if (host.tls_demand == TlsDemand::kNone || RequestScheme(request) == "https") return false;
  return host.tls_demand == TlsDemand::kAll || request.headers.Get("x-envoy-internal") != "true";
}

std::string_view TlsLocation(const http::RequestHead& request, Arena& arena) {
  const std::array pieces = {std::string_view("https://"), request.authority, request.path};
  return arena.Join(pieces);
}

std::string_view RedirectLocation(const Redirect& redirect, const Route& route,
                                  const http::RequestHead& request, Arena& arena) {
  std::array<char, 8> port_digits;  // ":65535"
  std::string_view port;
  if (redirect.port.has_value()) {
    port_digits[0] = ':';
    const auto end = std::to_chars(port_digits.data() + 1, port_digits.data() + port_digits.size(),
                                   *redirect.port);
    port = {port_digits.data(), static_cast<size_t>(end.ptr - port_digits.data())};
  }
  const std::string_view scheme =
      redirect.scheme->empty() ? RequestScheme(request) : std::string_view(*redirect.scheme);
  const std::string_view host =
      redirect.host->empty() ? KeptAuthority(redirect, request) : std::string_view(*redirect.host);
  const Target target = TargetOf(redirect, route, request, arena);
  const std::array pieces = {scheme,      std::string_view("://"), host, port, target.path,
                             target.query};
  return arena.Join(pieces);
}

}  // namespace outrigger::routing
