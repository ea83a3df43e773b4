#include "compiler/tls_compiler.h"

#include <fmt/format.h>

#include <utility>

#include "compiler/any_content.h"
#include "compiler/fragments.h"
#include "net/tls_fingerprint.h"

namespace outrigger::compiler {

namespace {

using envoy::config::core::v3::TransportSocket;
using envoy::extensions::transport_sockets::tls::v3::DownstreamTlsContext;
using envoy::extensions::transport_sockets::tls::v3::TlsParameters;
using envoy::extensions::transport_sockets::tls::v3::UpstreamTlsContext;

constexpr std::string_view kPlain = "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";
constexpr size_t kServerNameBytesMax = 253;  // RFC 1035 section 2.3.4, without the last dot

// The TLS context inside, or null, for plaintext or with an error.
template <typename Context>
std::unique_ptr<Context> Unpack(const TransportSocket& proto, ValidationErrors& errors) {
  if (InnerTypeName(proto.typed_config()) == kPlain) return nullptr;
  const std::unique_ptr<google::protobuf::Message> content = UnpackAny(proto.typed_config());
  if (auto* context = dynamic_cast<Context*>(content.get())) {
    return std::make_unique<Context>(std::move(*context));
  }
  // A DownstreamTlsContext in a cluster would be as wrong as one of another kind.
  errors.Add(fmt::format("is {}: only {} and RawBuffer are supported yet",
                         DescribeAny(proto.typed_config()), Context::descriptor()->name()));
  return nullptr;
}

TlsSettings::Version ToVersion(TlsParameters::TlsProtocol proto, TlsSettings::Version otherwise) {
  switch (proto) {
    case TlsParameters::TLSv1_0:
      return TlsSettings::Version::kTls10;
    case TlsParameters::TLSv1_1:
      return TlsSettings::Version::kTls11;
    case TlsParameters::TLSv1_2:
      return TlsSettings::Version::kTls12;
    case TlsParameters::TLSv1_3:
      return TlsSettings::Version::kTls13;
    default:
      return otherwise;
  }
}

void CompileParameters(const TlsParameters& proto, TlsSettings& settings) {
  settings.version_min = ToVersion(proto.tls_minimum_protocol_version(), settings.version_min);
  settings.version_max = ToVersion(proto.tls_maximum_protocol_version(), settings.version_max);
  settings.cipher_suites.assign(proto.cipher_suites().begin(), proto.cipher_suites().end());
  settings.groups.assign(proto.ecdh_curves().begin(), proto.ecdh_curves().end());
  settings.signature_algorithms.assign(proto.signature_algorithms().begin(),
                                       proto.signature_algorithms().end());
}

// What the inline part leaves unset, the secret says, as protobuf merges.
void Merge(const TlsValidation& from, TlsValidation& into) {
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

}  // namespace

std::shared_ptr<const TlsContext> TlsCompiler::CompileDownstream(const TransportSocket& proto,
                                                                 ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "transport_socket.typed_config");
  const auto context = Unpack<DownstreamTlsContext>(proto, errors);
  if (context == nullptr) return nullptr;
  TlsSettings settings;
  settings.side = TlsSettings::Side::kServer;
  settings.requires_peer_certificate = context->require_client_certificate().value();
  const ValidationErrors::ScopedField field(errors, "common_tls_context");
  CompileCommon(context->common_tls_context(), settings, errors);
  if (errors.ok() && settings.certificates.empty()) {
    errors.Add("must have a certificate: tls_certificates or tls_certificate_sds_secret_configs");
  }
  return Find(settings, errors);
}

std::shared_ptr<const TlsContext> TlsCompiler::CompileUpstream(const TransportSocket& proto,
                                                               ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "transport_socket.typed_config");
  const auto context = Unpack<UpstreamTlsContext>(proto, errors);
  if (context == nullptr) return nullptr;
  TlsSettings settings;
  settings.side = TlsSettings::Side::kClient;
  settings.server_name = context->sni();
  if (settings.server_name.size() > kServerNameBytesMax ||
      settings.server_name.find('\0') != std::string::npos) {
    const ValidationErrors::ScopedField field(errors, "sni");
    errors.Add("is no host name");
  }
  const ValidationErrors::ScopedField field(errors, "common_tls_context");
  CompileCommon(context->common_tls_context(), settings, errors);
  if (settings.certificates.size() > 1) {
    const ValidationErrors::ScopedField certificates(errors, "tls_certificates");
    errors.Add("a client shows one certificate");
  }
  return Find(settings, errors);
}

void TlsCompiler::CompileCommon(const CommonContext& proto, TlsSettings& settings,
                                ValidationErrors& errors) {
  CompileParameters(proto.tls_params(), settings);
  CompileCertificates(proto, settings, errors);
  CompileValidation(proto, settings, errors);
  settings.application_protocols.assign(proto.alpn_protocols().begin(),
                                        proto.alpn_protocols().end());
}

void TlsCompiler::CompileCertificates(const CommonContext& proto, TlsSettings& settings,
                                      ValidationErrors& errors) {
  for (int i = 0; i < proto.tls_certificates_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "tls_certificates", static_cast<size_t>(i));
    settings.certificates.push_back(CompileTlsCertificate(proto.tls_certificates(i), errors));
  }
  for (int i = 0; i < proto.tls_certificate_sds_secret_configs_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "tls_certificate_sds_secret_configs",
                                              static_cast<size_t>(i));
    const auto* certificate =
        FindSecret<TlsCertificate>(proto.tls_certificate_sds_secret_configs(i), errors);
    if (certificate != nullptr) settings.certificates.push_back(*certificate);
  }
}

void TlsCompiler::CompileValidation(const CommonContext& proto, TlsSettings& settings,
                                    ValidationErrors& errors) {
  if (proto.has_validation_context()) {
    const ValidationErrors::ScopedField scope(errors, "validation_context");
    settings.validation = CompileTlsValidation(proto.validation_context(), errors);
  } else if (proto.has_validation_context_sds_secret_config()) {
    const ValidationErrors::ScopedField scope(errors, "validation_context_sds_secret_config");
    const auto* validation =
        FindSecret<TlsValidation>(proto.validation_context_sds_secret_config(), errors);
    if (validation != nullptr) settings.validation = *validation;
  } else if (proto.has_combined_validation_context()) {
    const auto& combined = proto.combined_validation_context();
    const ValidationErrors::ScopedField scope(errors, "combined_validation_context");
    {
      const ValidationErrors::ScopedField field(errors, "validation_context_sds_secret_config");
      const auto* validation =
          FindSecret<TlsValidation>(combined.validation_context_sds_secret_config(), errors);
      if (validation != nullptr) settings.validation = *validation;
    }
    const ValidationErrors::ScopedField field(errors, "default_validation_context");
    TlsValidation merged = CompileTlsValidation(combined.default_validation_context(), errors);
    Merge(settings.validation, merged);
    settings.validation = std::move(merged);
  }
  if (settings.validation.names.empty() || !settings.validation.trusted_ca_pem.empty()) return;
  errors.Add("match_typed_subject_alt_names proves nothing without trusted_ca");
}

std::vector<std::shared_ptr<const TlsContext>> TlsCompiler::Contexts() const {
  std::vector<std::shared_ptr<const TlsContext>> used;
  for (const auto& [fingerprint, context] : contexts_) {
    if (auto held = context.lock()) used.push_back(std::move(held));
  }
  return used;
}

template <typename Kind>
const Kind* TlsCompiler::FindSecret(const SecretReference& reference,
                                    ValidationErrors& errors) const {
  if (reference.has_sds_config()) return nullptr;  // the field table refuses it
  const auto* entry = secrets_.Find(reference.name());
  const Kind* secret =
      entry == nullptr || entry->value == nullptr ? nullptr : std::get_if<Kind>(entry->value.get());
  if (secret == nullptr) {
    errors.Add(fmt::format("the bootstrap has no secret \"{}\" of this kind", reference.name()));
  }
  return secret;
}

std::shared_ptr<const TlsContext> TlsCompiler::Find(const TlsSettings& settings,
                                                    ValidationErrors& errors) {
  if (!errors.ok() || keys_ == Keys::kAreMissing) return nullptr;
  const std::string fingerprint = TlsFingerprint(settings);
  if (const auto it = contexts_.find(fingerprint); it != contexts_.end()) {
    if (auto known = it->second.lock()) return known;
  }
  absl::StatusOr<std::shared_ptr<const TlsContext>> made = TlsContext::Make(settings);
  if (!made.ok()) {
    errors.Add(std::string(made.status().message()));
    return nullptr;
  }
  if (contexts_.size() >= forget_at_) {
    std::erase_if(contexts_, [](const auto& entry) { return entry.second.expired(); });
    forget_at_ = 2 * contexts_.size() + 64;
  }
  contexts_[fingerprint] = *made;
  return *std::move(made);
}

}  // namespace outrigger::compiler
