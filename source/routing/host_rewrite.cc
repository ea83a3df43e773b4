#include "routing/host_rewrite.h"

#include "http/list_field.h"
#include "http/syntax.h"
#include "routing/path_matcher.h"

namespace outrigger::routing {

namespace {

// As Envoy: with several proxies in a row, or a second attempt, the same host is not told twice.
bool IsLastForwarded(std::string_view host, const http::HeaderMap& headers) {
  const std::string_view told = headers.Get(http::HeaderId::kXForwardedHost).value_or("");
  return told.substr(told.rfind(',') + 1) == host;
}

void Replace(const HostRewrite& rewrite, std::string_view host, http::RequestHead& request,
             Arena& arena) {
  if (rewrite.appends_forwarded_host && !IsLastForwarded(request.authority, request.headers)) {
    http::AppendToList(http::HeaderId::kXForwardedHost, ",", request.authority, request.headers,
                       arena);
  }
  request.headers.Set("x-envoy-original-host", request.authority);
  request.authority = host;
}

}  // namespace

void RewriteHost(const HostRewrite& rewrite, const WeightedCluster& chosen,
                 http::RequestHead& request, Arena& arena) {
  if (!chosen.host_rewrite->empty()) request.authority = *chosen.host_rewrite;
  std::string_view host;
  switch (rewrite.kind) {
    case HostRewrite::Kind::kNone:
    case HostRewrite::Kind::kEndpoint:
      return;
    case HostRewrite::Kind::kLiteral:
      Replace(rewrite, rewrite.text, request, arena);
      return;
    case HostRewrite::Kind::kHeader:
      host = request.headers.Get(rewrite.text).value_or(std::string_view());
      break;
    case HostRewrite::Kind::kPathRegex:
      host = ReplaceAll(rewrite.regex, PathWithoutQuery(request.path), arena);
      break;
  }
  if (http::IsAuthority(host)) Replace(rewrite, host, request, arena);
}

void RewriteHostByEndpoint(const HostRewrite& rewrite, std::string_view hostname, bool is_first,
                           http::RequestHead& request, Arena& arena) {
  if (rewrite.kind != HostRewrite::Kind::kEndpoint || !http::IsAuthority(hostname)) return;
  const std::string_view host = arena.Copy(hostname);
  if (is_first) {
    Replace(rewrite, host, request, arena);
  } else {
    request.authority = host;
  }
}

}  // namespace outrigger::routing
