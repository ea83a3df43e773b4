#include "compiler/tls_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <utility>

#include "compiler/any_content.h"
#include "compiler/config_source.h"
#include "compiler/fragments.h"

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

}  // namespace

TlsProfilePointer TlsCompiler::CompileDownstream(const TransportSocket& proto,
                                                 ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "transport_socket.typed_config");
  const auto context = Unpack<DownstreamTlsContext>(proto, errors);
  if (context == nullptr) return nullptr;
  Draft draft;
  draft.settings.side = TlsSettings::Side::kServer;
  draft.settings.requires_peer_certificate = context->require_client_certificate().value();
  const ValidationErrors::ScopedField field(errors, "common_tls_context");
  CompileCommon(context->common_tls_context(), draft, errors);
  if (errors.ok() && draft.certificates() == 0) {
    errors.Add("must have a certificate: tls_certificates or tls_certificate_sds_secret_configs");
  }
  return Find(std::move(draft), errors);
}

TlsProfilePointer TlsCompiler::CompileUpstream(const TransportSocket& proto,
                                               ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "transport_socket.typed_config");
  const auto context = Unpack<UpstreamTlsContext>(proto, errors);
  if (context == nullptr) return nullptr;
  Draft draft;
  TlsSettings& settings = draft.settings;
  settings.side = TlsSettings::Side::kClient;
  settings.server_name = context->sni();
  if (settings.server_name.size() > kServerNameBytesMax ||
      settings.server_name.find('\0') != std::string::npos) {
    const ValidationErrors::ScopedField field(errors, "sni");
    errors.Add("is no host name");
  }
  const ValidationErrors::ScopedField field(errors, "common_tls_context");
  CompileCommon(context->common_tls_context(), draft, errors);
  if (draft.certificates() > 1) {
    const ValidationErrors::ScopedField certificates(errors, "tls_certificates");
    errors.Add("a client shows one certificate");
  }
  return Find(std::move(draft), errors);
}

size_t TlsCompiler::Draft::certificates() const {
  const auto is_certificate = [](const SecretUse& use) {
    return use.role == SecretUse::Role::kCertificate;
  };
  return settings.certificates.size() +
         static_cast<size_t>(std::ranges::count_if(secrets, is_certificate));
}

void TlsCompiler::CompileCommon(const CommonContext& proto, Draft& draft,
                                ValidationErrors& errors) {
  CompileParameters(proto.tls_params(), draft.settings);
  CompileCertificates(proto, draft, errors);
  CompileValidation(proto, draft, errors);
  draft.settings.application_protocols.assign(proto.alpn_protocols().begin(),
                                              proto.alpn_protocols().end());
}

void TlsCompiler::CompileCertificates(const CommonContext& proto, Draft& draft,
                                      ValidationErrors& errors) {
  std::vector<TlsCertificate>& certificates = draft.settings.certificates;
  for (int i = 0; i < proto.tls_certificates_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "tls_certificates", static_cast<size_t>(i));
    certificates.push_back(CompileTlsCertificate(proto.tls_certificates(i), errors));
  }
  for (int i = 0; i < proto.tls_certificate_sds_secret_configs_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "tls_certificate_sds_secret_configs",
                                              static_cast<size_t>(i));
    const auto* certificate =
        TakeSecret<TlsCertificate>(proto.tls_certificate_sds_secret_configs(i), draft, errors);
    if (certificate != nullptr) certificates.push_back(*certificate);
  }
}

void TlsCompiler::CompileValidation(const CommonContext& proto, Draft& draft,
                                    ValidationErrors& errors) {
  TlsValidation& validation = draft.settings.validation;
  const size_t secrets_before = draft.secrets.size();
  if (proto.has_validation_context()) {
    const ValidationErrors::ScopedField scope(errors, "validation_context");
    validation = CompileTlsValidation(proto.validation_context(), errors);
  } else if (proto.has_validation_context_sds_secret_config()) {
    CompileValidationSecret(proto.validation_context_sds_secret_config(), draft, errors);
  } else if (proto.has_combined_validation_context()) {
    const auto& combined = proto.combined_validation_context();
    const ValidationErrors::ScopedField scope(errors, "combined_validation_context");
    {
      const ValidationErrors::ScopedField field(errors, "default_validation_context");
      validation = CompileTlsValidation(combined.default_validation_context(), errors);
    }
    CompileValidationSecret(combined.validation_context_sds_secret_config(), draft, errors);
  }
  if (draft.secrets.size() > secrets_before) return;  // it may bring what is missing
  const absl::Status status = CheckTrust(validation);
  if (!status.ok()) errors.Add(std::string(status.message()));
}

// Adds it to what the context says itself.
void TlsCompiler::CompileValidationSecret(const SecretReference& reference, Draft& draft,
                                          ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "validation_context_sds_secret_config");
  const auto* validation = TakeSecret<TlsValidation>(reference, draft, errors);
  if (validation != nullptr) MergeValidation(*validation, draft.settings.validation);
}

// One of the bootstrap's; null, and noted, if it comes from elsewhere.
template <typename Kind>
const Kind* TlsCompiler::TakeSecret(const SecretReference& reference, Draft& draft,
                                    ValidationErrors& errors) const {
  if (reference.has_sds_config()) {
    constexpr bool kIsCertificate = std::is_same_v<Kind, TlsCertificate>;
    const ValidationErrors::ScopedField scope(errors, "sds_config");
    draft.secrets.push_back(
        {kIsCertificate ? SecretUse::Role::kCertificate : SecretUse::Role::kValidation,
         reference.name(), CompileConfigSource(reference.sds_config(), stream_clusters_, errors),
         FetchTimeoutOf(reference.sds_config())});
    return nullptr;
  }
  const auto* entry = own_.Find(reference.name());
  const Kind* secret =
      entry == nullptr || entry->value == nullptr ? nullptr : std::get_if<Kind>(entry->value.get());
  if (secret == nullptr) {
    errors.Add(fmt::format("the bootstrap has no secret \"{}\" of this kind", reference.name()));
  }
  return secret;
}

TlsProfilePointer TlsCompiler::Find(Draft draft, ValidationErrors& errors) {
  if (!errors.ok() || keys_ == Keys::kAreMissing) return nullptr;
  const bool takes_secrets = !draft.secrets.empty();
  auto found = profiles_.Find(std::move(draft.settings), std::move(draft.secrets));
  if (found.ok()) return *std::move(found);
  const std::string what(found.status().message());
  // Another version of a secret may do.
  takes_secrets ? errors.AddPassing(what) : errors.Add(what);
  return nullptr;
}

}  // namespace outrigger::compiler
