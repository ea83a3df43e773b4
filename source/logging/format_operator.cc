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

std::optional<std::string_view> FieldOf(const http::HeaderMap& fields, const FieldName& field) {
  return field.id != http::HeaderId::kUnknown ? fields.Get(field.id) : fields.Get(field.name);
}

std::optional<std::string_view> FieldOf(const http::RequestHead& request, const FieldName& field) {
  if (!field.name.starts_with(':')) {
    if (field.id == http::HeaderId::kHost) return request.authority;
    return FieldOf(request.headers, field);
  }
  if (field.name == ":method") return request.method;
  if (field.name == ":path") return request.path;
  if (field.name == ":authority") return request.authority;
  if (field.name == ":scheme") return request.scheme;
  return std::nullopt;
}

std::optional<std::string_view> FieldOf(const http::ResponseHead& response,
                                        const FieldName& field) {
  return FieldOf(response.headers, field);
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

std::optional<Duration> ResponseTx(const LogEntry& entry) {
  if (!entry.response_took.has_value()) return std::nullopt;
  return entry.took - *entry.response_took;
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

// Why something went as it did.
std::string_view ReasonOf(OperatorKind kind, const LogEntry& entry) {
  switch (kind) {
    case OperatorKind::kTerminationDetails:
      return entry.termination_details;
    case OperatorKind::kUpstreamFailure:
      return entry.upstream_failure;
    case OperatorKind::kDownstreamFailure:
      return entry.downstream_failure;
    default:
      return entry.details;
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
    case OperatorKind::kProtocol:
      return AppendText(entry.protocol, text);
    case OperatorKind::kResponseCode:
      return AppendNumber(entry.status, text);
    case OperatorKind::kResponseCodeDetails:
    case OperatorKind::kTerminationDetails:
    case OperatorKind::kUpstreamFailure:
    case OperatorKind::kDownstreamFailure:
      return AppendText(ReasonOf(op.kind, entry), text);
    case OperatorKind::kBytesReceived:
      return AppendNumber(entry.bytes_received, text);
    case OperatorKind::kBytesSent:
      return AppendNumber(entry.bytes_sent, text);
    case OperatorKind::kDuration:
      return AppendMilliseconds(entry.took, text);
    case OperatorKind::kRequestDuration:
      return AppendMilliseconds(entry.request_took, text);
    case OperatorKind::kResponseDuration:
      return AppendMilliseconds(entry.response_took, text);
    case OperatorKind::kResponseTxDuration:
      return AppendMilliseconds(ResponseTx(entry), text);
    case OperatorKind::kResponseFlags:
    case OperatorKind::kResponseFlagsLong:
      return AppendFlags(entry.flags, op.kind == OperatorKind::kResponseFlagsLong, text);
    case OperatorKind::kAttempts:
      return AppendNumber(entry.attempts, text);
    case OperatorKind::kUpstreamCluster:
      return AppendText(entry.upstream_cluster, text);
    case OperatorKind::kServerName:
      return AppendText(entry.server_name, text);
    case OperatorKind::kRoute:
      return AppendText(entry.route, text);
    case OperatorKind::kFilterChain:
      return AppendText(entry.filter_chain, text);
    case OperatorKind::kLogType:
      return AppendText(LogTypeName(entry.type), text);
    case OperatorKind::kReplyBody:
      text.append(entry.reply_body);
      return true;  // an empty one is one, too
    case OperatorKind::kGrpcStatus:
    case OperatorKind::kGrpcStatusNumber:
      return AppendGrpcStatus(entry, op.kind == OperatorKind::kGrpcStatusNumber, text);
    case OperatorKind::kMetadata:
      return AppendMetadata(MetadataOf(op, entry), text);
    case OperatorKind::kConstant:
      return AppendText(op.text, text);
    case OperatorKind::kNothing:
      return false;
  }
  return false;
}

}  // namespace

const http::MetadataValue* MetadataOf(const Operator& op, const LogEntry& entry) {
  return entry.metadata == nullptr ? nullptr : entry.metadata->Find(op.text, op.path);
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
