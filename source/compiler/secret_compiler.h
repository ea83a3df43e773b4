// Secret -> const value: a certificate with its key, or whom to trust. The same pieces stand inline
// in TLS contexts.
//
// Thread: control. Source: envoy/extensions/transport_sockets/tls/v3/secret.proto, common.proto.
#pragma once

#include <memory>
#include <variant>

#include "absl/status/status.h"
#include "base/validation_errors.h"
#include "envoy/extensions/transport_sockets/tls/v3/common.pb.h"
#include "envoy/extensions/transport_sockets/tls/v3/secret.pb.h"
#include "net/tls_settings.h"

namespace outrigger::compiler {

// monostate: of a kind that nothing uses yet.
using Secret = std::variant<std::monostate, TlsCertificate, TlsValidation>;

std::shared_ptr<const Secret> CompileSecret(
    const envoy::extensions::transport_sockets::tls::v3::Secret& proto, ValidationErrors& errors);

TlsCertificate CompileTlsCertificate(
    const envoy::extensions::transport_sockets::tls::v3::TlsCertificate& proto,
    ValidationErrors& errors);
TlsValidation CompileTlsValidation(
    const envoy::extensions::transport_sockets::tls::v3::CertificateValidationContext& proto,
    ValidationErrors& errors);

// What the inline part leaves unset, the secret says, as protobuf merges.
void MergeValidation(const TlsValidation& secret, TlsValidation& into);
absl::Status CheckTrust(const TlsValidation& validation);

}  // namespace outrigger::compiler
