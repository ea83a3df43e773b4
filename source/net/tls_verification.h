// Whether the certificate that a peer shows is one we want, beyond the signatures.
//
// Thread: any.
#pragma once

#include <openssl/x509.h>

#include <string_view>
#include <vector>

#include "net/tls_settings.h"
#include "net/transport.h"

namespace outrigger {

// The verify result of a wrong name. None of the library's own: the peer is told what Envoy tells
// it (certificate_unknown).
inline constexpr int kWrongName = 1000;

// For SSL_CTX_set_cert_verify_callback; `validation` is a const TlsValidation.
int VerifyTlsPeer(X509_STORE_CTX* chain, void* validation);

// Whether one of the certificate's names of the right kind matches (R63). Names that hold a NUL
// match nothing.
bool HasAcceptableName(const X509& certificate, const std::vector<SubjectAltNameMatch>& wanted);

// The names of the right kinds, without those that hold a NUL.
PeerCertificate ReadPeerCertificate(const X509& certificate);

// RFC 9525 section 6.3: letter case does not count, and a `*` stands for one whole first label.
bool MatchesDnsName(std::string_view pattern, std::string_view name);

}  // namespace outrigger
