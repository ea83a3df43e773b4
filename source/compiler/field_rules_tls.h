// What becomes of the fields of TLS contexts and secrets.
//
// Thread: any (constants).
#pragma once

#include "compiler/field_rules_shared.h"

namespace outrigger::compiler::tls_fields {

using enum FieldUse;

inline constexpr std::string_view kDownstream =
    "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";
inline constexpr std::string_view kUpstream =
    "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
inline constexpr std::string_view kCommon =
    "envoy.extensions.transport_sockets.tls.v3.CommonTlsContext";
inline constexpr std::string_view kCombined =
    "envoy.extensions.transport_sockets.tls.v3.CommonTlsContext."
    "CombinedCertificateValidationContext";
inline constexpr std::string_view kParameters =
    "envoy.extensions.transport_sockets.tls.v3.TlsParameters";
inline constexpr std::string_view kCertificate =
    "envoy.extensions.transport_sockets.tls.v3.TlsCertificate";
inline constexpr std::string_view kValidation =
    "envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext";
inline constexpr std::string_view kName =
    "envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher";
inline constexpr std::string_view kReference =
    "envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig";
inline constexpr std::string_view kSecret = "envoy.extensions.transport_sockets.tls.v3.Secret";

inline constexpr std::string_view kNoSessions = "no session is resumed";
inline constexpr std::string_view kNoProviders = "certificate providers are not supported yet";
inline constexpr std::string_view kReadOnce = "files are read once so far";

inline constexpr FieldRule kRules[] = {
    {kDownstream, "common_tls_context", kHandled},
    {kDownstream, "require_client_certificate", kHandled},
    {kDownstream, "require_sni", kRejected, kNotYet},
    {kDownstream, "session_ticket_keys", kIgnored, kNoSessions},
    {kDownstream, "session_ticket_keys_sds_secret_config", kIgnored, kNoSessions},
    {kDownstream, "disable_stateless_session_resumption", kIgnored, kNoSessions},
    {kDownstream, "disable_stateful_session_resumption", kIgnored, kNoSessions},
    {kDownstream, "session_timeout", kIgnored, kNoSessions},
    {kDownstream, "ocsp_staple_policy", kRejected, "OCSP answers are not stapled yet"},
    {kDownstream, "full_scan_certs_on_sni_mismatch", kIgnored,
     "the first certificate that the client can verify is shown"},
    {kDownstream, "prefer_client_ciphers", kIgnored, "the order of the configuration counts"},
    {kUpstream, "common_tls_context", kHandled},
    {kUpstream, "sni", kHandled},
    {kUpstream, "auto_host_sni", kRejected, kNotYet},
    {kUpstream, "auto_sni_san_validation", kRejected, kNotYet},
    {kUpstream, "allow_renegotiation", kRejected, "renegotiation is refused"},
    {kUpstream, "max_session_keys", kIgnored, kNoSessions},
    {kUpstream, "enforce_rsa_key_usage", kIgnored, "key usage is always enforced"},
    {kCommon, "tls_params", kHandled},
    {kCommon, "tls_certificates", kHandled},
    {kCommon, "tls_certificate_sds_secret_configs", kHandled},
    {kCommon, "tls_certificate_provider_instance", kRejected, kNoProviders},
    {kCommon, "tls_certificate_certificate_provider", kRejected, kNoProviders},
    {kCommon, "tls_certificate_certificate_provider_instance", kRejected, kNoProviders},
    {kCommon, "custom_tls_certificate_selector", kRejected, kNotYet},
    {kCommon, "validation_context", kHandled},
    {kCommon, "validation_context_sds_secret_config", kHandled},
    {kCommon, "combined_validation_context", kHandled},
    {kCommon, "validation_context_certificate_provider", kRejected, kNoProviders},
    {kCommon, "validation_context_certificate_provider_instance", kRejected, kNoProviders},
    {kCommon, "alpn_protocols", kHandled},
    {kCommon, "custom_handshaker", kRejected, kNotYet},
    {kCommon, "key_log", kIgnored, "keys are never written out"},
    {kCombined, "default_validation_context", kHandled},
    {kCombined, "validation_context_sds_secret_config", kHandled},
    {kCombined, "validation_context_certificate_provider", kRejected, kNoProviders},
    {kCombined, "validation_context_certificate_provider_instance", kRejected, kNoProviders},
    {kParameters, "tls_minimum_protocol_version", kHandled},
    {kParameters, "tls_maximum_protocol_version", kHandled},
    {kParameters, "cipher_suites", kHandled},
    {kParameters, "ecdh_curves", kHandled},
    {kParameters, "signature_algorithms", kHandled},
    {kParameters, "compliance_policies", kRejected, kNotYet},
    {kCertificate, "certificate_chain", kHandled},
    {kCertificate, "private_key", kHandled},
    {kCertificate, "pkcs12", kRejected, "certificates and keys must be PEM"},
    {kCertificate, "watched_directory", kIgnored, kReadOnce},
    {kCertificate, "private_key_provider", kRejected, kNotYet},
    {kCertificate, "password", kRejected, "keys under a passphrase are not supported yet"},
    {kCertificate, "ocsp_staple", kIgnored, "OCSP answers are not stapled yet"},
    {kCertificate, "signed_certificate_timestamp", kIgnored, "timestamps are not sent"},
    {kValidation, "trusted_ca", kHandled},
    {kValidation, "ca_certificate_provider_instance", kRejected, kNoProviders},
    {kValidation, "system_root_certs", kRejected, kNotYet},
    {kValidation, "watched_directory", kIgnored, kReadOnce},
    {kValidation, "verify_certificate_spki", kRejected, kNotYet},
    {kValidation, "verify_certificate_hash", kRejected, kNotYet},
    {kValidation, "match_typed_subject_alt_names", kHandled},
    {kValidation, "match_subject_alt_names", kHandled},
    {kValidation, "require_signed_certificate_timestamp", kRejected, kNotYet},
    {kValidation, "crl", kRejected, "revocation is not checked yet"},
    {kValidation, "allow_expired_certificate", kHandled},
    {kValidation, "trust_chain_verification", kHandled},
    {kValidation, "custom_validator_config", kRejected, kNotYet},
    {kValidation, "only_verify_leaf_cert_crl", kIgnored, "it is for crl"},
    {kValidation, "max_verify_depth", kHandled},
    {kName, "san_type", kHandled},
    {kName, "matcher", kHandled},
    {kName, "oid", kIgnored, "it is for OTHER_NAME"},
    {kReference, "name", kHandled},
    {kReference, "sds_config", kHandled},
    {kSecret, "name", kHandled},
    {kSecret, "tls_certificate", kHandled},
    {kSecret, "validation_context", kHandled},
    {kSecret, "session_ticket_keys", kIgnored, kNoSessions},
    {kSecret, "generic_secret", kIgnored, "nothing reads it yet"},
};

}  // namespace outrigger::compiler::tls_fields
