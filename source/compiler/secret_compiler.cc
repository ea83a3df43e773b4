#include "compiler/secret_compiler.h"

#include <utility>

#include "base/append_format.h"
#include "compiler/bytes_source.h"
#include "compiler/fragments.h"
#include "net/tls_fingerprint.h"

namespace outrigger::compiler {

namespace {

using envoy::extensions::transport_sockets::tls::v3::CertificateValidationContext;
using envoy::extensions::transport_sockets::tls::v3::SubjectAltNameMatcher;
using Type = SubjectAltNameMatch::Type;

Type CompileNameType(SubjectAltNameMatcher::SanType type, ValidationErrors& errors) {
  switch (type) {
    case SubjectAltNameMatcher::DNS:
      return Type::kDns;
    case SubjectAltNameMatcher::URI:
      return Type::kUri;
    case SubjectAltNameMatcher::EMAIL:
      return Type::kEmail;
    case SubjectAltNameMatcher::IP_ADDRESS:
      return Type::kIp;
    default: {  // the validation rules refuse the others
      const ValidationErrors::ScopedField scope(errors, "san_type");
      errors.Add("OTHER_NAME is not supported yet");
      return Type::kAny;
    }
  }
}

void CompileNames(const CertificateValidationContext& proto, TlsValidation& validation,
                  ValidationErrors& errors) {
  for (int i = 0; i < proto.match_typed_subject_alt_names_size(); ++i) {
    const SubjectAltNameMatcher& name = proto.match_typed_subject_alt_names(i);
    const ValidationErrors::ScopedField scope(errors, "match_typed_subject_alt_names",
                                              static_cast<size_t>(i));
    const Type type = CompileNameType(name.san_type(), errors);
    const ValidationErrors::ScopedField field(errors, "matcher");
    validation.names.push_back({type, CompileStringMatch(name.matcher(), errors)});
  }
  // The older field, which Envoy reads only where the newer one is not set.
  if (!validation.names.empty()) return;
  for (int i = 0; i < proto.match_subject_alt_names_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "match_subject_alt_names",
                                              static_cast<size_t>(i));
    validation.names.push_back(
        {Type::kAny, CompileStringMatch(proto.match_subject_alt_names(i), errors)});
  }
}

// As Envoy's gauges call them, which tell apart only those that stand there as bytes.
std::string NameWithoutSecret(std::string_view start,
                              const envoy::config::core::v3::DataSource& proto) {
  std::string name(start);
  for (char byte : Sha256Of(proto.inline_bytes()).substr(0, 4)) {
    AppendFormat(name, "{:02x}", static_cast<uint8_t>(byte));
  }
  return name;
}

}  // namespace

TlsCertificate CompileTlsCertificate(
    const envoy::extensions::transport_sockets::tls::v3::TlsCertificate& proto,
    ValidationErrors& errors) {
  TlsCertificate certificate;
  {
    const ValidationErrors::ScopedField scope(errors, "certificate_chain");
    if (!proto.has_certificate_chain()) errors.Add("is required");
    certificate.chain_pem = ReadDataSource(proto.certificate_chain(), errors);
    certificate.chain_path = proto.certificate_chain().filename();
    certificate.name = NameWithoutSecret("unnamed_cert_", proto.certificate_chain());
  }
  const ValidationErrors::ScopedField scope(errors, "private_key");
  if (!proto.has_private_key()) errors.Add("is required");
  certificate.key_pem = ReadDataSource(proto.private_key(), errors);
  return certificate;
}

TlsValidation CompileTlsValidation(const CertificateValidationContext& proto,
                                   ValidationErrors& errors) {
  TlsValidation validation;
  if (proto.has_trusted_ca()) {
    const ValidationErrors::ScopedField scope(errors, "trusted_ca");
    validation.trusted_ca_pem = ReadDataSource(proto.trusted_ca(), errors);
    validation.trusted_ca_path = proto.trusted_ca().filename();
    validation.trusted_ca_name = NameWithoutSecret("unnamed_ca_cert_", proto.trusted_ca());
    if (errors.ok() && validation.trusted_ca_pem.empty()) errors.Add("is empty");
  }
  CompileNames(proto, validation, errors);
  validation.accepts_expired_certificates = proto.allow_expired_certificate();
  validation.accepts_untrusted_chains =
      proto.trust_chain_verification() == CertificateValidationContext::ACCEPT_UNTRUSTED;
  if (proto.has_max_verify_depth()) {
    validation.verify_depth_max = static_cast<int>(proto.max_verify_depth().value());
  }
  return validation;
}

void MergeValidation(const TlsValidation& from, TlsValidation& into) {
  if (!from.trusted_ca_pem.empty()) {
    into.trusted_ca_pem = from.trusted_ca_pem;
    into.trusted_ca_path = from.trusted_ca_path;
    into.trusted_ca_name = from.trusted_ca_name;
  }
  into.names.insert(into.names.end(), from.names.begin(), from.names.end());
  if (from.verify_depth_max >= 0) into.verify_depth_max = from.verify_depth_max;
  into.accepts_untrusted_chains |= from.accepts_untrusted_chains;
  into.accepts_expired_certificates |= from.accepts_expired_certificates;
}

absl::Status CheckTrust(const TlsValidation& validation) {
  if (validation.names.empty() || !validation.trusted_ca_pem.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "match_typed_subject_alt_names proves nothing without trusted_ca");
}

std::shared_ptr<const Secret> CompileSecret(
    const envoy::extensions::transport_sockets::tls::v3::Secret& proto, ValidationErrors& errors) {
  auto secret = std::make_shared<Secret>();
  if (proto.has_tls_certificate()) {
    const ValidationErrors::ScopedField scope(errors, "tls_certificate");
    TlsCertificate certificate = CompileTlsCertificate(proto.tls_certificate(), errors);
    certificate.name = proto.name();
    *secret = std::move(certificate);
  } else if (proto.has_validation_context()) {
    const ValidationErrors::ScopedField scope(errors, "validation_context");
    TlsValidation validation = CompileTlsValidation(proto.validation_context(), errors);
    validation.trusted_ca_name = proto.name();
    *secret = std::move(validation);
  }
  if (!errors.ok()) return nullptr;
  return secret;
}

}  // namespace outrigger::compiler
