#include "downstream/request_admission.h"

#include <algorithm>

#include "downstream/request_id.h"
#include "http/grpc_status.h"
#include "http/list_field.h"
#include "http/syntax.h"

namespace outrigger {

namespace {

using http::HeaderId;

http::Error Refused(http::ErrorKind kind, std::string_view cause) {
  return {kind, http::Side::kDownstream, cause, true};
}

bool HasUnderscore(const http::HeaderField& field) {
  return field.id == HeaderId::kUnknown && field.name.find('_') != field.name.npos;
}

// Whether the request may go on.
bool SettleUnderscores(UnderscoreNames rule, http::HeaderMap& headers, size_t& dropped) {
  switch (rule) {
    case UnderscoreNames::kPass:
      return true;
    case UnderscoreNames::kReject:
      return std::none_of(headers.begin(), headers.end(), HasUnderscore);
    case UnderscoreNames::kDrop:
      dropped = headers.RemoveIf(HasUnderscore);
      return true;
  }
  return true;
}

std::optional<http::Error> SettlePath(const http::PathRules& rules, Admission& admission,
                                      http::RequestHead& request, Arena& arena) {
  using Verdict = http::CanonicalPath::Verdict;
  const http::CanonicalPath canonical = http::CanonicalizePath(request.path, rules, arena);
  // No gRPC client follows a redirect.
  const bool redirects = canonical.verdict == Verdict::kRedirect;
  if (canonical.verdict == Verdict::kReject || (redirects && http::IsGrpcRequest(request))) {
    return Refused(http::ErrorKind::kPathRefused, "path is not accepted");
  }
  request.path = canonical.path;
  if (redirects) admission.redirect = canonical.path;
  return std::nullopt;
}

// Redirects and upstreams are told how the client came, if that is known.
void SettleScheme(std::string_view forced, http::RequestHead& request) {
  if (!forced.empty()) {
    request.scheme = forced;
    request.headers.Set(HeaderId::kXForwardedProto, forced);
    return;
  }
  const std::string_view told = request.headers.Get(HeaderId::kXForwardedProto).value_or("");
  for (const std::string_view scheme : {"http", "https"}) {
    if (http::EqualsIgnoringCase(told, scheme)) request.scheme = scheme;
  }
}

void SettleRequestId(const RequestRules& rules, const ClientIdentity& client,
                     http::HeaderMap& headers, Arena& arena, Random& random) {
  if (!rules.generates_request_id) return;
  const bool replaces = client.is_edge && !rules.keeps_external_request_id;
  if (replaces || headers.Get(HeaderId::kXRequestId).value_or("").empty()) {
    headers.Set(HeaderId::kXRequestId, MakeRequestId(random, arena));
  }
}

}  // namespace

Admission AdmitRequest(const RequestRules& rules, const ClientConnection& connection,
                       http::RequestHead& request, Arena& arena, Random& random) {
  Admission admission;
  if (!SettleUnderscores(rules.underscores, request.headers, admission.dropped_underscores)) {
    admission.error = Refused(http::ErrorKind::kUnderscoreInName, "underscore in a header name");
    return admission;
  }
  if (!request.is_connect()) {  // its port is a part of what it asks for
    request.authority =
        http::CanonicalizeAuthority(request.authority, rules.host, connection.local.port(), arena);
  }
  admission.is_no_path = request.path == "*";
  if (admission.is_no_path) return admission;
  admission.error = SettlePath(rules.path, admission, request, arena);
  if (admission.error.has_value()) return admission;
  if (!rules.via.empty()) {
    http::AppendToList(HeaderId::kVia, ", ", rules.via, request.headers, arena);
  }
  admission.client = IdentifyClient(rules.trust, connection, request.headers, arena);
  SettleScheme(rules.scheme, request);
  SettleRequestId(rules, admission.client, request.headers, arena, random);
  return admission;
}

}  // namespace outrigger
