#include "compiler/request_rules_compiler.h"

#include "compiler/fragments.h"

namespace outrigger::compiler {

namespace {

using Hcm = HttpConnectionManagerProto;
using HttpOptionsProto = envoy::config::core::v3::HttpProtocolOptions;

http::EscapedSlashes EscapedSlashesOf(const Hcm& proto, bool is_edge) {
  switch (proto.path_with_escaped_slashes_action()) {
    case Hcm::KEEP_UNCHANGED:
      return http::EscapedSlashes::kKeep;
    case Hcm::REJECT_REQUEST:
      return http::EscapedSlashes::kReject;
    case Hcm::UNESCAPE_AND_REDIRECT:
      return http::EscapedSlashes::kRedirect;
    case Hcm::UNESCAPE_AND_FORWARD:
      return http::EscapedSlashes::kForward;
    default:
      return is_edge ? http::EscapedSlashes::kReject : http::EscapedSlashes::kKeep;
  }
}

UnderscoreNames UnderscoresOf(const Hcm& proto, bool is_edge) {
  switch (proto.common_http_protocol_options().headers_with_underscores_action()) {
    case HttpOptionsProto::REJECT_REQUEST:
      return UnderscoreNames::kReject;
    case HttpOptionsProto::DROP_HEADER:
      return UnderscoreNames::kDrop;
    default:
      return is_edge ? UnderscoreNames::kReject : UnderscoreNames::kPass;
  }
}

http::HostRules CompileHost(const Hcm& proto, ValidationErrors& errors) {
  http::HostRules rules;
  rules.strips_trailing_dot = proto.strip_trailing_host_dot();
  if (proto.strip_matching_host_port()) rules.port = http::HostPort::kStripOwn;
  if (!proto.strip_any_host_port()) return rules;
  if (proto.strip_matching_host_port()) {
    const ValidationErrors::ScopedField scope(errors, "strip_any_host_port");
    errors.Add("must not be set together with strip_matching_host_port");
  }
  rules.port = http::HostPort::kStrip;
  return rules;
}

void CompileInternal(const Hcm::InternalAddressConfig& proto, ClientTrust& trust,
                     ValidationErrors& errors) {
  trust.is_unix_internal = proto.unix_sockets();
  for (int i = 0; i < proto.cidr_ranges_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "cidr_ranges", static_cast<size_t>(i));
    const std::optional<AddressRange> range = CompileAddressRange(proto.cidr_ranges(i), errors);
    if (range.has_value()) trust.internal_ranges.push_back(*range);
  }
}

ClientTrust CompileTrust(const Hcm& proto, ValidationErrors& errors) {
  ClientTrust trust;
  trust.uses_remote_address = proto.use_remote_address().value();
  trust.trusted_hops = proto.xff_num_trusted_hops();
  trust.appends_forwarded_for = !proto.skip_xff_append();
  trust.appends_forwarded_port = proto.append_x_forwarded_port();
  // The other ways forward only what a client with a certificate says.
  trust.passes_client_certificate = proto.forward_client_cert_details() == Hcm::ALWAYS_FORWARD_ONLY;
  const ValidationErrors::ScopedField scope(errors, "internal_address_config");
  CompileInternal(proto.internal_address_config(), trust, errors);
  return trust;
}

}  // namespace

RequestRules CompileRequestRules(const Hcm& proto, bool is_edge, ValidationErrors& errors) {
  RequestRules rules;
  rules.path.normalizes = proto.normalize_path().value();
  rules.path.merges_slashes = proto.merge_slashes();
  rules.path.escaped_slashes = EscapedSlashesOf(proto, is_edge);
  rules.host = CompileHost(proto, errors);
  rules.underscores = UnderscoresOf(proto, is_edge);
  rules.trust = CompileTrust(proto, errors);
  rules.scheme = LowerCase(proto.scheme_header_transformation().scheme_to_overwrite());
  rules.matches_upstream_scheme = proto.scheme_header_transformation().match_upstream();
  rules.via = proto.via();
  if (proto.has_generate_request_id()) {
    rules.generates_request_id = proto.generate_request_id().value();
  }
  rules.keeps_external_request_id = proto.preserve_external_request_id();
  return rules;
}

}  // namespace outrigger::compiler
