// One operator of a format string, %NAME(parameters):length%, compiled: which value of a LogEntry
// it stands for, and that value as text.
//
// Thread: any (const after compile).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "logging/log_entry.h"
#include "logging/named_field.h"
#include "logging/time_format.h"

namespace outrigger::logging {

enum class OperatorKind : uint8_t {
  kRequestField,
  kRequestFieldWithoutQuery,
  kResponseField,
  kTrailer,
  kStartTime,
  kProtocol,
  kResponseCode,
  kResponseCodeDetails,
  kTerminationDetails,
  kUpstreamFailure,
  kDownstreamFailure,
  kBytesReceived,
  kBytesSent,
  kDuration,
  kRequestDuration,
  kResponseDuration,
  kResponseTxDuration,
  kResponseFlags,
  kResponseFlagsLong,
  kAttempts,
  kUpstreamCluster,
  kUpstreamHost,
  kUpstreamLocal,
  kDownstreamLocal,
  kDownstreamRemote,
  kDownstreamDirect,
  kServerName,
  kTlsVersion,
  kTlsCipher,
  kUpstreamTlsVersion,
  kUpstreamTlsCipher,
  kPeerSubject,
  kPeerIssuer,
  kPeerSerialNumber,
  kPeerSha256,
  kPeerUris,
  kPeerDnsNames,
  kPeerIpAddresses,
  kRoute,
  kFilterChain,
  kQueryParameter,
  kLogType,
  kReplyBody,
  kGrpcStatus,
  kGrpcStatusNumber,
  kMetadata,
  kGrpcMessages,        // as JSON
  kGrpcMessageNumbers,  // "1,2"
  kConstant,            // known when the format was compiled: host name, environment
  kNothing,             // nobody sets it: filter state of filters that do not exist
};

enum class AddressPart : uint8_t { kAll, kHost, kPort };

struct Operator {
  OperatorKind kind = OperatorKind::kNothing;
  AddressPart part = AddressPart::kAll;
  bool is_number = false;  // JSON writes it without quotes
  FieldName field;
  FieldName other_field;  // when the first is not there
  std::optional<size_t> bytes_max;
  std::optional<TimeFormat> time;
  std::string text;  // of a constant, of a query parameter's name, of a namespace of metadata
  std::vector<std::string> path;  // of metadata: the keys
  bool operator==(const Operator&) const = default;
};

// Appends the value. False: there is none, and nothing was appended.
bool AppendValue(const Operator& op, const LogEntry& entry, std::string& text);
// Of kGrpcMessages, as an object inside JSON; text has other names for the same. False: as above.
bool AppendMessagesInJson(const LogEntry& entry, std::string& text);
// Of kMetadata; null: there is none.
const http::MetadataValue* MetadataOf(const Operator& op, const LogEntry& entry);

}  // namespace outrigger::logging
