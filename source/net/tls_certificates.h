// Certificates and keys as PEM, read into a context.
//
// Thread: control. Source: RFC 7468.
#pragma once

#include <openssl/ssl.h>

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "net/tls_settings.h"

namespace outrigger {

// The error that BoringSSL noted first, in its words; forgets all that it noted.
std::string TakeTlsError();

absl::Status AddTlsCertificate(SSL_CTX& context, const TlsCertificate& certificate);
// Trusts every certificate in `pem`, those that are not self-signed too, as Envoy does; on a
// server, clients are told whose certificates are welcome.
absl::Status AddTrustedCertificates(SSL_CTX& context, std::string_view pem, bool tells_clients);

}  // namespace outrigger
