#include "logging/grpc_outcome.h"

#include <iterator>

#include "http/grpc_status.h"
#include "http/syntax.h"

namespace outrigger::logging {

namespace {

constexpr std::string_view kStatusNames[] = {
    "OK",       "Canceled",        "Unknown",          "InvalidArgument",   "DeadlineExceeded",
    "NotFound", "AlreadyExists",   "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
    "Aborted",  "OutOfRange",      "Unimplemented",    "Internal",          "Unavailable",
    "DataLoss", "Unauthenticated",
};

std::optional<uint32_t> ParseStatus(std::string_view text) {
  const auto status = http::ParseDecimal(text);
  if (!status.has_value() || *status > UINT32_MAX) return std::nullopt;
  return static_cast<uint32_t>(*status);
}

}  // namespace

std::optional<uint32_t> GrpcStatusOf(const LogEntry& entry) {
  if (entry.request == nullptr || !http::IsGrpcRequest(*entry.request)) return std::nullopt;
  std::optional<std::string_view> said;
  if (entry.response_trailers != nullptr) {
    said = entry.response_trailers->Get(http::HeaderId::kGrpcStatus);
  }
  if (!said.has_value() && entry.response != nullptr) {
    said = entry.response->headers.Get(http::HeaderId::kGrpcStatus);
  }
  if (said.has_value()) return ParseStatus(*said);
  if (entry.status == 0) return std::nullopt;
  return ParseStatus(http::GrpcStatusFor(entry.status));
}

std::string_view GrpcStatusName(uint32_t status) {
  return status < std::size(kStatusNames) ? kStatusNames[status] : std::string_view();
}

}  // namespace outrigger::logging
