#include "http/field_rules.h"

#include <algorithm>

namespace outrigger::http {

namespace {

bool IsForbidden(const HeaderField& field) {
  switch (field.id) {
    case HeaderId::kConnection:
    case HeaderId::kContentLength:
    case HeaderId::kContentType:
    case HeaderId::kExpect:
    case HeaderId::kHost:
    case HeaderId::kKeepAlive:
    case HeaderId::kProxyConnection:
    case HeaderId::kTe:
    case HeaderId::kTrailer:
    case HeaderId::kTransferEncoding:
    case HeaderId::kUpgrade:
      return true;
    default:
      break;
  }
  static constexpr std::string_view kNames[] = {"authorization",       "content-encoding",
                                                "content-range",       "cookie",
                                                "proxy-authorization", "set-cookie"};
  return std::find(std::begin(kNames), std::end(kNames), field.name) != std::end(kNames) ||
         field.name.starts_with("x-envoy-") || field.name.starts_with("x-forwarded-");
}

}  // namespace

bool IsFraming(HeaderId id) {
  switch (id) {
    case HeaderId::kConnection:
    case HeaderId::kContentLength:
    case HeaderId::kHost:
    case HeaderId::kKeepAlive:
    case HeaderId::kProxyConnection:
    case HeaderId::kTransferEncoding:
    case HeaderId::kUpgrade:
      return true;
    default:
      return false;
  }
}

void RemoveForbiddenTrailers(HeaderMap& trailers) { trailers.RemoveIf(IsForbidden); }

}  // namespace outrigger::http
