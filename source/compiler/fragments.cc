#include "compiler/fragments.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <limits>

#include "compiler/any_content.h"
#include "compiler/field_rules_shared.h"
#include "http/syntax.h"

namespace outrigger::compiler {

namespace {

constexpr int64_t kRegexMemoryMax = 1 << 20;  // of a compiled program (R47)
constexpr size_t kHeaderOperationsMax = 1000;

using envoy::config::core::v3::HeaderValueOption;

// `%%` stands for one percent sign; anything else between percent signs is a format.
std::string PlainHeaderValue(std::string_view value, ValidationErrors& errors) {
  std::string plain;
  for (size_t i = 0; i < value.size(); ++i) {
    plain += value[i];
    if (value[i] != '%') continue;
    if (i + 1 >= value.size() || value[i + 1] != '%') {
      errors.Add("format strings are not supported yet");
      return plain;
    }
    ++i;
  }
  return plain;
}

routing::HeaderOperations::Append AppendOf(const HeaderValueOption& option) {
  using Append = routing::HeaderOperations::Append;
  if (option.has_append() && !option.append().value()) return Append::kOverwriteIfExistsOrAdd;
  switch (option.append_action()) {
    case HeaderValueOption::ADD_IF_ABSENT:
      return Append::kAddIfAbsent;
    case HeaderValueOption::OVERWRITE_IF_EXISTS_OR_ADD:
      return Append::kOverwriteIfExistsOrAdd;
    case HeaderValueOption::OVERWRITE_IF_EXISTS:
      return Append::kOverwriteIfExists;
    default:
      return Append::kAppendIfExistsOrAdd;
  }
}

// As in Envoy: what routing has looked at stays as it is.
void CheckHeaderName(std::string_view name, ValidationErrors& errors) {
  if (name.starts_with(':') || name == "host") {
    errors.Add(fmt::format("{} cannot be changed here", name));
  }
}

void CheckAddedHeaderName(std::string_view name, ValidationErrors& errors) {
  CheckHeaderName(name, errors);
  // The codec frames messages; a second word on it would split them (R9).
  static constexpr std::string_view kFraming[] = {"connection", "content-length", "keep-alive",
                                                  "transfer-encoding", "upgrade"};
  if (std::find(std::begin(kFraming), std::end(kFraming), name) != std::end(kFraming)) {
    errors.Add(fmt::format("{} frames the message and cannot be added", name));
  } else if (!name.starts_with(':') && !http::IsToken(name)) {
    errors.Add(fmt::format("\"{}\" is no header name", name));
  }
}

routing::HeaderOperations::Addition CompileAddition(const HeaderValueOption& option,
                                                    ValidationErrors& errors) {
  if (option.has_append() && option.append_action() != HeaderValueOption::APPEND_IF_EXISTS_OR_ADD) {
    const ValidationErrors::ScopedField field(errors, "append_action");
    errors.Add("must not be set together with append");
  }
  const ValidationErrors::ScopedField scope(errors, "header");
  routing::HeaderOperations::Addition addition;
  addition.name = LowerCase(option.header().key());
  addition.append = AppendOf(option);
  addition.keeps_empty_value = option.keep_empty_value();
  {
    const ValidationErrors::ScopedField key(errors, "key");
    CheckAddedHeaderName(addition.name, errors);
  }
  const bool is_raw = option.header().value().empty();
  const std::string& value = is_raw ? option.header().raw_value() : option.header().value();
  const ValidationErrors::ScopedField field(errors, is_raw ? "raw_value" : "value");
  if (value.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos) {
    errors.Add("must hold no NUL, CR or LF");
  }
  addition.value = PlainHeaderValue(value, errors);
  return addition;
}

}  // namespace

Duration ToDuration(const google::protobuf::Duration& proto) {
  constexpr int64_t kSecondsMax = std::numeric_limits<int64_t>::max() / 1'000'000'000 - 1;
  const int64_t seconds = std::clamp<int64_t>(proto.seconds(), 0, kSecondsMax);
  return std::chrono::seconds(seconds) + std::chrono::nanoseconds(std::max(proto.nanos(), 0));
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return lower;
}

std::string DescribeAny(const google::protobuf::Any& any) {
  std::string type = InnerTypeName(any);
  return type.empty() ? "empty" : type;
}

Address CompileAddress(const envoy::config::core::v3::Address& proto, ValidationErrors& errors) {
  if (proto.has_pipe()) {
    const ValidationErrors::ScopedField scope(errors, "pipe.path");
    absl::StatusOr<Address> address = Address::FromPath(proto.pipe().path());
    if (address.ok()) return *address;
    errors.Add(
        std::string_view(address.status().message().data(), address.status().message().size()));
    return {};
  }
  if (!proto.has_socket_address())
    return {};  // the validation rules or the field table have said why
  const auto& socket = proto.socket_address();
  const ValidationErrors::ScopedField scope(errors, "socket_address");
  if (socket.protocol() != envoy::config::core::v3::SocketAddress::TCP) {
    const ValidationErrors::ScopedField field(errors, "protocol");
    errors.Add("must be TCP");
  }
  if (socket.port_value() > 65535) return {};
  absl::StatusOr<Address> address =
      Address::FromIp(socket.address(), static_cast<uint16_t>(socket.port_value()));
  if (address.ok()) return *address;
  const ValidationErrors::ScopedField field(errors, "address");
  errors.Add(fmt::format("must be an IP address, is \"{}\"", socket.address()));
  return {};
}

std::shared_ptr<const re2::RE2> CompileRegex(const envoy::type::matcher::v3::RegexMatcher& proto,
                                             ValidationErrors& errors) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kRegexMemoryMax);
  auto regex = std::make_shared<const re2::RE2>(proto.regex(), options);
  if (!regex->ok()) errors.Add(fmt::format("regular expression: {}", regex->error()));
  return regex;
}

StringMatch CompileStringMatch(const envoy::type::matcher::v3::StringMatcher& proto,
                               ValidationErrors& errors) {
  using Proto = envoy::type::matcher::v3::StringMatcher;
  using Kind = StringMatch::Kind;
  StringMatch match;
  match.ignores_case = proto.ignore_case();
  switch (proto.match_pattern_case()) {
    case Proto::kExact:
      match.kind = Kind::kExact;
      match.text = proto.exact();
      break;
    case Proto::kPrefix:
      match.kind = Kind::kPrefix;
      match.text = proto.prefix();
      break;
    case Proto::kSuffix:
      match.kind = Kind::kSuffix;
      match.text = proto.suffix();
      break;
    case Proto::kContains:
      match.kind = Kind::kContains;
      match.text = proto.contains();
      break;
    case Proto::kSafeRegex: {
      const ValidationErrors::ScopedField scope(errors, "safe_regex");
      match.kind = Kind::kRegex;
      match.text = proto.safe_regex().regex();
      match.ignores_case = false;
      match.regex = CompileRegex(proto.safe_regex(), errors);
      break;
    }
    default:
      errors.Add("this kind of string matcher is not supported yet");
      break;
  }
  if (match.ignores_case) match.text = LowerCase(match.text);
  return match;
}

routing::HeaderOperations CompileHeaderOperations(const HeaderOptions& add,
                                                  const HeaderNames& remove,
                                                  const HeaderFieldNames& names,
                                                  ValidationErrors& errors) {
  routing::HeaderOperations operations;
  if (static_cast<size_t>(add.size()) > kHeaderOperationsMax) {
    const ValidationErrors::ScopedField scope(errors, names.add);
    errors.Add(fmt::format("must have at most {} elements", kHeaderOperationsMax));
    return operations;
  }
  for (int i = 0; i < add.size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, names.add, static_cast<size_t>(i));
    operations.add.push_back(CompileAddition(add[i], errors));
  }
  for (int i = 0; i < remove.size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, names.remove, static_cast<size_t>(i));
    operations.remove.push_back(LowerCase(remove[i]));
    CheckHeaderName(operations.remove.back(), errors);
  }
  return operations;
}

}  // namespace outrigger::compiler
