#include "snapshot/access_log_filter.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "http/syntax.h"
#include "logging/grpc_outcome.h"

namespace outrigger {

namespace {

// A number that every proxy on the way draws for the same request: the first digits of its id.
std::optional<uint64_t> NumberOfId(const http::RequestHead& request) {
  constexpr size_t kUuidBytes = 36;
  constexpr size_t kDigits = 8;
  const auto id = request.headers.Get(http::HeaderId::kXRequestId);
  if (!id.has_value() || id->size() != kUuidBytes) return std::nullopt;
  return http::ParseHex(id->substr(0, kDigits));
}

}  // namespace

bool AccessLogFilter::Compare(uint64_t with) const {
  switch (comparison) {
    case Comparison::kEqual:
      return with == value;
    case Comparison::kAtLeast:
      return with >= value;
    case Comparison::kAtMost:
      return with <= value;
    case Comparison::kNotEqual:
      return with != value;
  }
  return false;
}

bool AccessLogFilter::IsDrawn(const logging::LogEntry& entry, Random& random) const {
  std::optional<uint64_t> number;
  if (!draws_independently && entry.request != nullptr) number = NumberOfId(*entry.request);
  return share.Holds(number.value_or(random.Next()));
}

bool AccessLogFilter::MatchesGrpcStatus(const logging::LogEntry& entry) const {
  constexpr uint32_t kUnknown = 2;
  const uint32_t status = logging::GrpcStatusOf(entry).value_or(kUnknown);
  const bool is_named = status < 32 && (numbers >> status & 1) != 0;
  return is_named != is_inverted;
}

bool AccessLogFilter::MatchesMetadata(const logging::LogEntry& entry) const {
  const http::MetadataValue* found =
      entry.metadata == nullptr ? nullptr : entry.metadata->Find(metadata.space, metadata.path);
  return found == nullptr ? matches_missing : metadata.value.Matches(found);
}

bool AccessLogFilter::Matches(const logging::LogEntry& entry, Random& random) const {
  const auto matches = [&](const AccessLogFilter& child) { return child.Matches(entry, random); };
  switch (kind) {
    case Kind::kAlways:
      return true;
    case Kind::kStatus:
      return Compare(entry.status);
    case Kind::kDuration:
      return Compare(static_cast<uint64_t>(entry.took / std::chrono::milliseconds(1)));
    case Kind::kRuntime:
      return IsDrawn(entry, random);
    case Kind::kAll:
      return std::all_of(children.begin(), children.end(), matches);
    case Kind::kAny:
      return std::any_of(children.begin(), children.end(), matches);
    case Kind::kHeader:
      return entry.request != nullptr && routing::MatchesHeader(header, *entry.request);
    case Kind::kResponseFlag:
      return flags.is_empty() ? !entry.flags.is_empty() : entry.flags.HasAnyOf(flags);
    case Kind::kGrpcStatus:
      return MatchesGrpcStatus(entry);
    case Kind::kLogType:
      return ((numbers >> static_cast<uint32_t>(entry.type) & 1) != 0) != is_inverted;
    case Kind::kNotHealthCheck:
      return !entry.is_health_check;
    case Kind::kMetadata:
      return MatchesMetadata(entry);
  }
  return false;
}

}  // namespace outrigger
