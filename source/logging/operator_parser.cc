#include "logging/operator_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "logging/text_format.h"

namespace outrigger::logging {

namespace {

// What may stand behind a name.
enum class Syntax : uint8_t {
  kPlain,        // nothing
  kField,        // (NAME) or (NAME?OTHER), and a length
  kParameter,    // (something), and a length
  kTime,         // (format), or nothing
  kFilterState,  // (KEY), (KEY:PLAIN), (KEY:TYPED) or (KEY:FIELD:NAME), and a length
  kGrpcCase,     // (CAMEL_STRING) or (NUMBER), or nothing
};

struct OperatorRow {
  std::string_view name;
  OperatorKind kind;
  Syntax syntax = Syntax::kPlain;
  bool is_number = false;
  AddressPart part = AddressPart::kAll;
};

using enum OperatorKind;

constexpr OperatorRow kOperators[] = {
    {"ACCESS_LOG_TYPE", kLogType},
    {"BYTES_RECEIVED", kBytesReceived, Syntax::kPlain, true},
    {"BYTES_SENT", kBytesSent, Syntax::kPlain, true},
    {"CONNECTION_TERMINATION_DETAILS", kTerminationDetails},
    {"DOWNSTREAM_DIRECT_REMOTE_ADDRESS", kDownstreamDirect},
    {"DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT", kDownstreamDirect, Syntax::kPlain, false,
     AddressPart::kHost},
    {"DOWNSTREAM_DIRECT_REMOTE_PORT", kDownstreamDirect, Syntax::kPlain, true, AddressPart::kPort},
    {"DOWNSTREAM_LOCAL_ADDRESS", kDownstreamLocal},
    {"DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT", kDownstreamLocal, Syntax::kPlain, false,
     AddressPart::kHost},
    {"DOWNSTREAM_LOCAL_PORT", kDownstreamLocal, Syntax::kPlain, true, AddressPart::kPort},
    {"DOWNSTREAM_PEER_DNS_SAN", kPeerDnsNames},
    {"DOWNSTREAM_PEER_FINGERPRINT_256", kPeerSha256},
    {"DOWNSTREAM_PEER_IP_SAN", kPeerIpAddresses},
    {"DOWNSTREAM_PEER_ISSUER", kPeerIssuer},
    {"DOWNSTREAM_PEER_SERIAL", kPeerSerialNumber},
    {"DOWNSTREAM_PEER_SUBJECT", kPeerSubject},
    {"DOWNSTREAM_PEER_URI_SAN", kPeerUris},
    {"DOWNSTREAM_REMOTE_ADDRESS", kDownstreamRemote},
    {"DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", kDownstreamRemote, Syntax::kPlain, false,
     AddressPart::kHost},
    {"DOWNSTREAM_REMOTE_PORT", kDownstreamRemote, Syntax::kPlain, true, AddressPart::kPort},
    {"DOWNSTREAM_TLS_CIPHER", kTlsCipher},
    {"DOWNSTREAM_TLS_VERSION", kTlsVersion},
    {"DOWNSTREAM_TRANSPORT_FAILURE_REASON", kDownstreamFailure},
    {"DURATION", kDuration, Syntax::kPlain, true},
    {"DYNAMIC_METADATA", kMetadata, Syntax::kParameter},
    {"ENVIRONMENT", kConstant, Syntax::kParameter},
    {"FILTER_CHAIN_NAME", kFilterChain},
    {"FILTER_STATE", kNothing, Syntax::kFilterState},
    {"GRPC_STATUS", kGrpcStatus, Syntax::kGrpcCase},
    {"GRPC_STATUS_NUMBER", kGrpcStatusNumber, Syntax::kPlain, true},
    {"HOSTNAME", kConstant},
    {"LOCAL_REPLY_BODY", kReplyBody},
    {"PER_REQUEST_STATE", kNothing, Syntax::kParameter},
    {"PROTOCOL", kProtocol},
    {"QUERY_PARAM", kQueryParameter, Syntax::kParameter},
    {"REQ", kRequestField, Syntax::kField},
    {"REQUESTED_SERVER_NAME", kServerName},
    {"REQUEST_DURATION", kRequestDuration, Syntax::kPlain, true},
    {"REQUEST_HEADER", kRequestField, Syntax::kField},
    {"REQ_WITHOUT_QUERY", kRequestFieldWithoutQuery, Syntax::kField},
    {"RESP", kResponseField, Syntax::kField},
    {"RESPONSE_CODE", kResponseCode, Syntax::kPlain, true},
    {"RESPONSE_CODE_DETAILS", kResponseCodeDetails},
    {"RESPONSE_DURATION", kResponseDuration, Syntax::kPlain, true},
    {"RESPONSE_FLAGS", kResponseFlags},
    {"RESPONSE_FLAGS_LONG", kResponseFlagsLong},
    {"RESPONSE_HEADER", kResponseField, Syntax::kField},
    {"RESPONSE_TRAILER", kTrailer, Syntax::kField},
    {"RESPONSE_TX_DURATION", kResponseTxDuration, Syntax::kPlain, true},
    {"ROUTE_NAME", kRoute},
    {"START_TIME", kStartTime, Syntax::kTime},
    {"TRAILER", kTrailer, Syntax::kField},
    {"UPSTREAM_CLUSTER", kUpstreamCluster},
    {"UPSTREAM_CLUSTER_RAW", kUpstreamCluster},
    {"UPSTREAM_HOST", kUpstreamHost},
    {"UPSTREAM_LOCAL_ADDRESS", kUpstreamLocal},
    {"UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT", kUpstreamLocal, Syntax::kPlain, false,
     AddressPart::kHost},
    {"UPSTREAM_LOCAL_PORT", kUpstreamLocal, Syntax::kPlain, true, AddressPart::kPort},
    {"UPSTREAM_REMOTE_ADDRESS", kUpstreamHost},
    {"UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT", kUpstreamHost, Syntax::kPlain, false,
     AddressPart::kHost},
    {"UPSTREAM_REMOTE_PORT", kUpstreamHost, Syntax::kPlain, true, AddressPart::kPort},
    {"UPSTREAM_REQUEST_ATTEMPT_COUNT", kAttempts, Syntax::kPlain, true},
    {"UPSTREAM_TLS_CIPHER", kUpstreamTlsCipher},
    {"UPSTREAM_TLS_VERSION", kUpstreamTlsVersion},
    {"UPSTREAM_TRANSPORT_FAILURE_REASON", kUpstreamFailure},
};
static_assert(std::is_sorted(std::begin(kOperators), std::end(kOperators),
                             [](const auto& a, const auto& b) { return a.name < b.name; }));

// The pieces of one operator as written.
struct Written {
  std::string_view name;
  std::optional<std::string_view> parameters;
  std::optional<std::string_view> length;
};

bool IsNameLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

// Nothing: there is no operator's end.
std::optional<Written> Split(std::string_view& text) {
  Written written;
  std::string_view rest = text.substr(1);
  const size_t name_end =
      static_cast<size_t>(std::find_if_not(rest.begin(), rest.end(), IsNameLetter) - rest.begin());
  written.name = rest.substr(0, name_end);
  rest.remove_prefix(name_end);
  if (rest.starts_with('(')) {
    const size_t end = rest.find(')');
    if (end == rest.npos) return std::nullopt;
    written.parameters = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
  }
  if (rest.starts_with(':')) {
    const size_t end = rest.find('%');
    written.length = rest.substr(1, end == rest.npos ? end : end - 1);
    rest.remove_prefix(std::min(end, rest.size()));
  }
  if (!rest.starts_with('%') || written.name.empty()) return std::nullopt;
  text = rest.substr(1);
  return written;
}

// One operator being read.
class OperatorReader {
 public:
  OperatorReader(const OperatorRow& row, const Written& written,
                 const FormatEnvironment& environment)
      : row_(row), written_(written), environment_(environment) {}

  absl::StatusOr<Operator> Read() {
    op_.kind = row_.kind;
    op_.part = row_.part;
    op_.is_number = row_.is_number;
    std::string mistake = ReadParameters();
    if (mistake.empty()) mistake = ReadLength();
    if (!mistake.empty()) {
      return absl::InvalidArgumentError(fmt::format("%{}% {}", row_.name, mistake));
    }
    return std::move(op_);
  }

 private:
  std::string ReadParameters() {
    const std::string_view parameters = written_.parameters.value_or("");
    switch (row_.syntax) {
      case Syntax::kPlain:
        if (row_.kind == kConstant) op_.text = environment_.host_name;
        return written_.parameters.has_value() ? "takes no parameters" : "";
      case Syntax::kField:
        return ReadField(parameters);
      case Syntax::kParameter:
        if (parameters.empty()) return "needs a parameter";
        op_.text = parameters;
        if (row_.kind == kConstant) ReadVariable();
        if (row_.kind == kMetadata) ReadPath(parameters);
        return "";
      case Syntax::kFilterState:
        return ReadFilterState(parameters);
      case Syntax::kTime:
        op_.time = TimeFormat::Compile(parameters);
        if (op_.time.has_value()) return "";
        return fmt::format("takes a format of at most {} bytes", TimeFormat::kTextBytesMax);
      case Syntax::kGrpcCase:
        if (parameters.empty() || parameters == "CAMEL_STRING") return "";
        if (parameters != "NUMBER") return "takes CAMEL_STRING or NUMBER";
        op_.kind = kGrpcStatusNumber;
        op_.is_number = true;
        return "";
    }
    return "";
  }

  std::string ReadField(std::string_view parameters) {
    const size_t question = parameters.find('?');
    op_.field = FieldName::Of(parameters.substr(0, question));
    if (op_.field.name.empty()) return "needs the name of a field";
    if (question == parameters.npos) return "";
    op_.other_field = FieldName::Of(parameters.substr(question + 1));
    if (op_.other_field.name.find('?') != std::string::npos) return "takes two fields at most";
    return "";
  }

  // One filter leaves something; what others might leave is not there.
  std::string ReadFilterState(std::string_view parameters) {
    if (parameters.empty()) return "needs a parameter";
    const size_t colon = parameters.find(':');
    const std::string_view form = colon == parameters.npos ? "TYPED" : parameters.substr(colon + 1);
    const bool is_field = form.starts_with("FIELD:");
    if (form != "TYPED" && form != "PLAIN" && !is_field) return "takes PLAIN, TYPED or FIELD";
    if (is_field || parameters.substr(0, colon) != "envoy.filters.http.grpc_stats") return "";
    op_.kind = form == "PLAIN" ? kGrpcMessageNumbers : kGrpcMessages;
    return "";
  }

  // "namespace:key:key".
  void ReadPath(std::string_view parameters) {
    size_t colon = parameters.find(':');
    op_.text = parameters.substr(0, colon);
    while (colon != parameters.npos) {
      parameters.remove_prefix(colon + 1);
      colon = parameters.find(':');
      op_.path.emplace_back(parameters.substr(0, colon));
    }
  }

  void ReadVariable() {
    const char* value =
        environment_.variable == nullptr ? nullptr : environment_.variable(op_.text);
    op_.text = value == nullptr ? "" : value;
  }

  std::string ReadLength() {
    if (!written_.length.has_value()) return "";
    if (row_.syntax != Syntax::kField && row_.syntax != Syntax::kParameter &&
        row_.syntax != Syntax::kFilterState) {
      return "takes no length";
    }
    const std::string_view text = *written_.length;
    size_t length = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (error != std::errc() || end != text.data() + text.size()) {
      return "needs a number behind the colon";
    }
    op_.bytes_max = length;
    return "";
  }

  const OperatorRow& row_;
  const Written& written_;
  const FormatEnvironment& environment_;
  Operator op_;
};

}  // namespace

absl::StatusOr<Operator> ParseOperator(std::string_view& text,
                                       const FormatEnvironment& environment) {
  const std::string_view whole = text;
  const std::optional<Written> written = Split(text);
  if (!written.has_value()) {
    constexpr size_t kShown = 32;
    return absl::InvalidArgumentError(fmt::format(
        "'{}' begins no operator: a percent sign is written %%", whole.substr(0, kShown)));
  }
  const auto* row = std::lower_bound(
      std::begin(kOperators), std::end(kOperators), written->name,
      [](const OperatorRow& one, std::string_view name) { return one.name < name; });
  if (row == std::end(kOperators) || row->name != written->name) {
    return absl::InvalidArgumentError(fmt::format("%{}% is not supported", written->name));
  }
  return OperatorReader(*row, *written, environment).Read();
}

}  // namespace outrigger::logging
