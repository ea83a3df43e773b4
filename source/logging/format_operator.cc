#include "logging/format_operator.h"

#include <algorithm>

#include "base/append_format.h"
#include "logging/grpc_outcome.h"
#include "logging/metadata_json.h"

namespace outrigger::logging {

namespace {

bool AppendText(std::string_view value, std::string& text) {
  text.append(value);
  return !value.empty();
}

bool AppendNumber(uint64_t value, std::string& text) {
  const fmt::format_int digits(value);
  text.append(digits.data(), digits.size());
  return true;
}

bool AppendMilliseconds(std::optional<Duration> value, std::string& text) {
  return value.has_value() &&
         AppendNumber(static_cast<uint64_t>(*value / std::chrono::milliseconds(1)), text);
}

bool AppendAddress(const Address& address, AddressPart part, std::string& text) {
  if (!address.is_set()) return false;
  if (part == AddressPart::kPort) return address.is_ip() && AppendNumber(address.port(), text);
  text.append(part == AddressPart::kHost && address.is_ip() ? address.ip() : address.ToString());
  return true;
}

// Empty where a field is missing or has no bytes, which Envoy does not tell apart either.
template <typename Head>
std::string_view EitherField(const Head* head, const Operator& op) {
  if (head == nullptr) return {};
  const auto value = FieldOf(*head, op.field);
  if (value.has_value() || op.other_field.name.empty()) return value.value_or("");
  return FieldOf(*head, op.other_field).value_or("");
}

std::string_view WithoutQuery(std::string_view path) { return path.substr(0, path.find('?')); }

std::string_view QueryParameter(const http::RequestHead* request, std::string_view name) {
  if (request == nullptr) return {};
  const size_t begin = request->path.find('?');
  if (begin == std::string_view::npos) return {};
  std::string_view rest = request->path.substr(begin + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    const size_t equals = pair.find('=');
    if (pair.substr(0, equals) == name) {
      return equals == pair.npos ? std::string_view() : pair.substr(equals + 1);
    }
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
  }
  return {};
}

bool AppendFlags(http::ResponseFlags flags, bool is_long, std::string& text) {
  const size_t start = text.size();
  for (uint8_t i = 0; i < static_cast<uint8_t>(http::ResponseFlag::kNone); ++i) {
    const auto flag = static_cast<http::ResponseFlag>(i);
    if (!flags.Has(flag)) continue;
    if (text.size() > start) text += ',';
    text.append(is_long ? http::NamesOf(flag).words : http::NamesOf(flag).letters);
  }
  if (text.size() == start) text += '-';  // as Envoy: a value, also in JSON
  return true;
}

std::string_view LogTypeName(LogType type) {
  switch (type) {
    case LogType::kNotSet:
      return "NotSet";
    case LogType::kTcpConnectionEnd:
      return "TcpConnectionEnd";
    case LogType::kDownstreamEnd:
      return "DownstreamEnd";
  }
  return {};
}

bool AppendGrpcStatus(const LogEntry& entry, bool is_number, std::string& text) {
  const std::optional<uint32_t> status = GrpcStatusOf(entry);
  if (!status.has_value()) return false;
  if (is_number) return AppendNumber(*status, text);
  const std::string_view name = GrpcStatusName(*status);
  return name.empty() ? AppendNumber(*status, text) : AppendText(name, text);
}

// An empty string is a value, null is none; as in Envoy.
bool AppendMetadata(const http::MetadataValue* value, std::string& text) {
  if (value == nullptr || value->kind == http::MetadataValue::Kind::kNull) return false;
  AppendPlain(*value, text);
  return true;
}

std::optional<Duration> TimeOf(OperatorKind kind, const LogEntry& entry) {
  switch (kind) {
    case OperatorKind::kRequestDuration:
      return entry.request_took;
    case OperatorKind::kResponseDuration:
      return entry.response_took;
    case OperatorKind::kResponseTxDuration:
      if (!entry.response_took.has_value()) return std::nullopt;
      return entry.took - *entry.response_took;
    default:
      return entry.took;
  }
}

bool AppendField(const Operator& op, const LogEntry& entry, std::string& text) {
  switch (op.kind) {
    case OperatorKind::kRequestField:
      return AppendText(EitherField(entry.request, op), text);
    case OperatorKind::kRequestFieldWithoutQuery:
      return AppendText(WithoutQuery(EitherField(entry.request, op)), text);
    case OperatorKind::kResponseField:
      if (entry.response != nullptr && op.field.name == ":status") {
        return AppendNumber(entry.response->status, text);
      }
      return AppendText(EitherField(entry.response, op), text);
    case OperatorKind::kTrailer:
      return AppendText(EitherField(entry.response_trailers, op), text);
    default:
      return AppendText(QueryParameter(entry.request, op.text), text);
  }
}

bool AppendAddressOf(const Operator& op, const LogEntry& entry, std::string& text) {
  switch (op.kind) {
    case OperatorKind::kUpstreamHost:
      return AppendAddress(entry.upstream_host, op.part, text);
    case OperatorKind::kUpstreamLocal:
      return AppendAddress(entry.upstream_local, op.part, text);
    case OperatorKind::kDownstreamLocal:
      return AppendAddress(entry.downstream_local, op.part, text);
    case OperatorKind::kDownstreamRemote:
      return AppendAddress(entry.downstream_remote, op.part, text);
    default:
      return AppendAddress(entry.downstream_direct, op.part, text);
  }
}

bool AppendNames(const std::vector<std::string>& names, std::string& text) {
  for (const std::string& name : names) {
    if (&name != &names.front()) text += ',';
    text.append(name);
  }
  return !names.empty();
}

bool AppendCertificate(OperatorKind kind, const PeerCertificate* certificate, std::string& text) {
  if (certificate == nullptr) return false;
  switch (kind) {
    case OperatorKind::kPeerSubject:
      return AppendText(certificate->subject, text);
    case OperatorKind::kPeerIssuer:
      return AppendText(certificate->issuer, text);
    case OperatorKind::kPeerSerialNumber:
      return AppendText(certificate->serial_number, text);
    case OperatorKind::kPeerSha256:
      return AppendText(certificate->sha256, text);
    case OperatorKind::kPeerUris:
      return AppendNames(certificate->uris, text);
    case OperatorKind::kPeerDnsNames:
      return AppendNames(certificate->dns_names, text);
    default:
      return AppendNames(certificate->ip_addresses, text);
  }
}

uint64_t NumberOf(OperatorKind kind, const LogEntry& entry) {
  switch (kind) {
    case OperatorKind::kBytesReceived:
      return entry.bytes_received;
    case OperatorKind::kBytesSent:
      return entry.bytes_sent;
    case OperatorKind::kAttempts:
      return entry.attempts;
    default:
      return entry.status;
  }
}

struct MessageNames {
  std::string_view of_request;
  std::string_view of_response;
};

// As protobuf has 64 bits in JSON: in quotes.
bool AppendMessages(const LogEntry& entry, const MessageNames& names, std::string& text) {
  if (entry.messages == nullptr) return false;
  AppendFormat(text, R"({{"{}":"{}","{}":"{}"}})", names.of_request, entry.messages->of_request,
               names.of_response, entry.messages->of_response);
  return true;
}

// An empty one is one, too.
bool AppendReplyBody(const LogEntry& entry, std::string& text) {
  text.append(entry.reply_body);
  return true;
}

bool AppendMessageNumbers(const http::GrpcMessages* messages, std::string& text) {
  if (messages == nullptr) return false;
  AppendFormat(text, "{},{}", messages->of_request, messages->of_response);
  return true;
}

// Of operators that stand for a text as it is.
std::string_view TextOf(const Operator& op, const LogEntry& entry) {
  switch (op.kind) {
    case OperatorKind::kProtocol:
      return entry.protocol;
    case OperatorKind::kResponseCodeDetails:
      return entry.details;
    case OperatorKind::kTerminationDetails:
      return entry.termination_details;
    case OperatorKind::kUpstreamFailure:
      return entry.upstream_failure;
    case OperatorKind::kDownstreamFailure:
      return entry.downstream_failure;
    case OperatorKind::kUpstreamCluster:
      return entry.upstream_cluster;
    case OperatorKind::kServerName:
      return entry.server_name;
    case OperatorKind::kTlsVersion:
      return entry.downstream_tls_version;
    case OperatorKind::kTlsCipher:
      return entry.downstream_tls_cipher;
    case OperatorKind::kUpstreamTlsVersion:
      return entry.upstream_tls_version;
    case OperatorKind::kUpstreamTlsCipher:
      return entry.upstream_tls_cipher;
    case OperatorKind::kRoute:
      return entry.route;
    case OperatorKind::kFilterChain:
      return entry.filter_chain;
    case OperatorKind::kLogType:
      return LogTypeName(entry.type);
    default:
      return op.text;
  }
}

bool AppendUnlimited(const Operator& op, const LogEntry& entry, std::string& text) {
  switch (op.kind) {
    case OperatorKind::kRequestField:
    case OperatorKind::kRequestFieldWithoutQuery:
    case OperatorKind::kResponseField:
    case OperatorKind::kTrailer:
    case OperatorKind::kQueryParameter:
      return AppendField(op, entry, text);
    case OperatorKind::kUpstreamHost:
    case OperatorKind::kUpstreamLocal:
    case OperatorKind::kDownstreamLocal:
    case OperatorKind::kDownstreamRemote:
    case OperatorKind::kDownstreamDirect:
      return AppendAddressOf(op, entry, text);
    case OperatorKind::kStartTime:
      op.time->Append(entry.started_at, text);
      return true;
    case OperatorKind::kResponseCode:
    case OperatorKind::kBytesReceived:
    case OperatorKind::kBytesSent:
    case OperatorKind::kAttempts:
      return AppendNumber(NumberOf(op.kind, entry), text);
    case OperatorKind::kDuration:
    case OperatorKind::kRequestDuration:
    case OperatorKind::kResponseDuration:
    case OperatorKind::kResponseTxDuration:
      return AppendMilliseconds(TimeOf(op.kind, entry), text);
    case OperatorKind::kResponseFlags:
    case OperatorKind::kResponseFlagsLong:
      return AppendFlags(entry.flags, op.kind == OperatorKind::kResponseFlagsLong, text);
    case OperatorKind::kReplyBody:
      return AppendReplyBody(entry, text);
    case OperatorKind::kGrpcStatus:
    case OperatorKind::kGrpcStatusNumber:
      return AppendGrpcStatus(entry, op.kind == OperatorKind::kGrpcStatusNumber, text);
    case OperatorKind::kGrpcMessages:
      return AppendMessages(entry, {"requestMessageCount", "responseMessageCount"}, text);
    case OperatorKind::kGrpcMessageNumbers:
      return AppendMessageNumbers(entry.messages, text);
    case OperatorKind::kMetadata:
      return AppendMetadata(MetadataOf(op, entry), text);
    case OperatorKind::kProtocol:
    case OperatorKind::kResponseCodeDetails:
    case OperatorKind::kTerminationDetails:
    case OperatorKind::kUpstreamFailure:
    case OperatorKind::kDownstreamFailure:
    case OperatorKind::kUpstreamCluster:
    case OperatorKind::kServerName:
    case OperatorKind::kTlsVersion:
    case OperatorKind::kTlsCipher:
    case OperatorKind::kUpstreamTlsVersion:
    case OperatorKind::kUpstreamTlsCipher:
    case OperatorKind::kRoute:
    case OperatorKind::kFilterChain:
    case OperatorKind::kLogType:
    case OperatorKind::kConstant:
      return AppendText(TextOf(op, entry), text);
    case OperatorKind::kPeerSubject:
    case OperatorKind::kPeerIssuer:
    case OperatorKind::kPeerSerialNumber:
    case OperatorKind::kPeerSha256:
    case OperatorKind::kPeerUris:
    case OperatorKind::kPeerDnsNames:
    case OperatorKind::kPeerIpAddresses:
      return AppendCertificate(op.kind, entry.downstream_certificate, text);
    case OperatorKind::kNothing:
      return false;
  }
  return false;
}

}  // namespace

const http::MetadataValue* MetadataOf(const Operator& op, const LogEntry& entry) {
  return entry.metadata == nullptr ? nullptr : entry.metadata->Find(op.text, op.path);
}

bool AppendMessagesInJson(const LogEntry& entry, std::string& text) {
  return AppendMessages(entry, {"request_message_count", "response_message_count"}, text);
}

bool AppendValue(const Operator& op, const LogEntry& entry, std::string& text) {
  const size_t start = text.size();
  if (!AppendUnlimited(op, entry, text)) return false;
  if (op.bytes_max.has_value() && text.size() - start > *op.bytes_max) {
    text.resize(start + *op.bytes_max);
  }
  return true;
}

}  // namespace outrigger::logging
