#include "http/grpc_status.h"

#include <algorithm>
#include <span>

namespace outrigger::http {

namespace {

bool NeedsEscape(char c) { return c < ' ' || c > '~' || c == '%'; }

}  // namespace

bool IsGrpcType(std::string_view content_type) {
  constexpr std::string_view kType = "application/grpc";
  if (!content_type.starts_with(kType)) return false;
  const std::string_view rest = content_type.substr(kType.size());
  return rest.empty() || rest[0] == '+';
}

bool IsGrpcRequest(const RequestHead& request) {
  return IsGrpcType(request.headers.Get(HeaderId::kContentType).value_or(""));
}

std::string_view GrpcStatusFor(uint16_t http_status) {
  switch (http_status) {
    case 400:
      return "13";  // INTERNAL
    case 401:
      return "16";  // UNAUTHENTICATED
    case 403:
      return "7";  // PERMISSION_DENIED
    case 404:
      return "12";  // UNIMPLEMENTED
    case 429:
    case 502:
    case 503:
    case 504:
      return "14";  // UNAVAILABLE
    default:
      return "2";  // UNKNOWN
  }
}

std::string_view EncodeGrpcMessage(std::string_view text, Arena& arena) {
  const auto escapes = static_cast<size_t>(std::count_if(text.begin(), text.end(), NeedsEscape));
  if (escapes == 0) return text;
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const std::span<char> encoded = arena.NewArray<char>(text.size() + 2 * escapes);
  char* next = encoded.data();
  for (char c : text) {
    if (!NeedsEscape(c)) {
      *next++ = c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    *next++ = '%';
    *next++ = kDigits[byte >> 4];
    *next++ = kDigits[byte & 15];
  }
  return {encoded.data(), encoded.size()};
}

}  // namespace outrigger::http
