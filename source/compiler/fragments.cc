#include "compiler/fragments.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <limits>

#include "compiler/any_content.h"
#include "compiler/field_rules_shared.h"

namespace outrigger::compiler {

namespace {

constexpr int64_t kRegexMemoryMax = 1 << 20;  // of a compiled program (R47)

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

Address CompileSocketAddress(const envoy::config::core::v3::SocketAddress& proto,
                             ValidationErrors& errors) {
  if (proto.protocol() != envoy::config::core::v3::SocketAddress::TCP) {
    const ValidationErrors::ScopedField field(errors, "protocol");
    errors.Add("must be TCP");
  }
  if (proto.port_value() > 65535) return {};  // the validation rules have said so
  absl::StatusOr<Address> address =
      Address::FromIp(proto.address(), static_cast<uint16_t>(proto.port_value()));
  if (address.ok()) return *address;
  const ValidationErrors::ScopedField field(errors, "address");
  errors.Add(fmt::format("must be an IP address, is \"{}\"", proto.address()));
  return {};
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
  const ValidationErrors::ScopedField scope(errors, "socket_address");
  return CompileSocketAddress(proto.socket_address(), errors);
}

Fraction CompileFraction(const envoy::type::v3::FractionalPercent& proto) {
  using Proto = envoy::type::v3::FractionalPercent;
  switch (proto.denominator()) {
    case Proto::TEN_THOUSAND:
      return {proto.numerator(), 10'000};
    case Proto::MILLION:
      return {proto.numerator(), 1'000'000};
    default:
      return {proto.numerator(), 100};
  }
}

Fraction CompileFraction(const envoy::config::core::v3::RuntimeFractionalPercent& proto,
                         const RuntimeNumbers& runtime) {
  const auto number = runtime.find(proto.runtime_key());
  if (number == runtime.end()) return CompileFraction(proto.default_value());
  return {static_cast<uint32_t>(std::min<uint64_t>(number->second, 100)), 100};
}

std::optional<AddressRange> CompileAddressRange(const envoy::config::core::v3::CidrRange& proto,
                                                ValidationErrors& errors) {
  const absl::StatusOr<Address> address = Address::FromIp(proto.address_prefix(), 0);
  if (!address.ok()) {
    const ValidationErrors::ScopedField field(errors, "address_prefix");
    errors.Add("must be an IP address");
    return std::nullopt;
  }
  const absl::StatusOr<AddressRange> range =
      AddressRange::From(*address, proto.prefix_len().value());
  if (range.ok()) return *range;
  const ValidationErrors::ScopedField field(errors, "prefix_len");
  errors.Add(std::string(range.status().message()));
  return std::nullopt;
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

}  // namespace outrigger::compiler
