#include "net/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/absl_view.h"
#include "base/check.h"
#include "net/tls_certificates.h"
#include "net/tls_transport.h"
#include "net/tls_verification.h"

namespace outrigger {

namespace {

// Envoy's: forward secrecy and authenticated encryption only.
constexpr const char* kCipherSuites =
    "[ECDHE-ECDSA-AES128-GCM-SHA256|ECDHE-ECDSA-CHACHA20-POLY1305]:"
    "[ECDHE-RSA-AES128-GCM-SHA256|ECDHE-RSA-CHACHA20-POLY1305]:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";
constexpr const char* kGroups = "X25519:P-256";
constexpr size_t kProtocolNameBytesMax = 255;  // RFC 7301 section 3.1
// Of what a peer may show as its certificates (R66); Envoy's and the library's.
constexpr size_t kPeerChainBytesMax = 100 * 1024;

uint16_t ToWire(TlsSettings::Version version) {
  switch (version) {
    case TlsSettings::Version::kTls10:
      return TLS1_VERSION;
    case TlsSettings::Version::kTls11:
      return TLS1_1_VERSION;
    case TlsSettings::Version::kTls12:
      return TLS1_2_VERSION;
    case TlsSettings::Version::kTls13:
      return TLS1_3_VERSION;
  }
  OUTRIGGER_CHECK(false);
}

absl::Status InvalidPart(std::string_view part) {
  return absl::InvalidArgumentError(absl::StrCat(AbslView(part), ": ", TakeTlsError()));
}

}  // namespace

TlsContext::TlsContext(const TlsSettings& settings)
    : side_(settings.side),
      server_name_(settings.server_name),
      validation_(settings.validation),
      context_(SSL_CTX_new(TLS_method())) {
  OUTRIGGER_CHECK(context_ != nullptr);
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

absl::StatusOr<std::shared_ptr<const TlsContext>> TlsContext::Make(const TlsSettings& settings) {
  std::shared_ptr<TlsContext> context(new TlsContext(settings));
  if (absl::Status status = context->Configure(settings); !status.ok()) return status;
  return std::shared_ptr<const TlsContext>(std::move(context));
}

absl::Status TlsContext::Configure(const TlsSettings& settings) {
  SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_options(context_, SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(context_, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_cert_list(context_, kPeerChainBytesMax);
  if (absl::Status status = SetProtocol(settings); !status.ok()) return status;
  for (size_t i = 0; i < settings.certificates.size(); ++i) {
    const TlsCertificate& certificate = settings.certificates[i];
    const absl::Status status = AddTlsCertificate(*context_, certificate);
    if (!status.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("tls_certificates[", i, "]: ", status.message()));
    }
    certificates_.own.push_back(DetailsOfFirst(certificate.chain_pem, certificate.chain_path));
    certificates_.own.back().name = certificate.name;
  }
  if (absl::Status status = SetTrust(settings); !status.ok()) return status;
  for (const std::string& name : settings.application_protocols) {
    if (name.empty() || name.size() > kProtocolNameBytesMax) {
      return absl::InvalidArgumentError("alpn_protocols: names have 1 to 255 bytes");
    }
    alpn_ += static_cast<char>(name.size());
    alpn_ += name;
  }
  return SetApplicationProtocols();
}

absl::Status TlsContext::SetProtocol(const TlsSettings& settings) {
  if (settings.version_min > settings.version_max) {
    return absl::InvalidArgumentError(
        "tls_params: tls_minimum_protocol_version is above tls_maximum_protocol_version");
  }
  if (SSL_CTX_set_min_proto_version(context_, ToWire(settings.version_min)) != 1 ||
      SSL_CTX_set_max_proto_version(context_, ToWire(settings.version_max)) != 1) {
    return InvalidPart("tls_params");
  }
  const std::string suites = absl::StrJoin(settings.cipher_suites, ":");
  if (SSL_CTX_set_strict_cipher_list(context_, suites.empty() ? kCipherSuites : suites.c_str()) !=
      1) {
    return InvalidPart("tls_params.cipher_suites");
  }
  const std::string groups = absl::StrJoin(settings.groups, ":");
  if (SSL_CTX_set1_groups_list(context_, groups.empty() ? kGroups : groups.c_str()) != 1) {
    return InvalidPart("tls_params.ecdh_curves");
  }
  const std::string algorithms = absl::StrJoin(settings.signature_algorithms, ":");
  if (!algorithms.empty() && SSL_CTX_set1_sigalgs_list(context_, algorithms.c_str()) != 1) {
    return InvalidPart("tls_params.signature_algorithms");
  }
  return absl::OkStatus();
}

absl::Status TlsContext::SetTrust(const TlsSettings& settings) {
  const bool is_server = side_ == TlsSettings::Side::kServer;
  int mode = SSL_VERIFY_NONE;
  if (!validation_.trusted_ca_pem.empty()) {
    mode = SSL_VERIFY_PEER;
    const absl::Status status =
        AddTrustedCertificates(*context_, validation_.trusted_ca_pem, is_server);
    if (!status.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("validation_context.trusted_ca: ", status.message()));
    }
    certificates_.trusted = DetailsOfFirst(validation_.trusted_ca_pem, validation_.trusted_ca_path);
    certificates_.trusted->name = validation_.trusted_ca_name;
  }
  if (is_server && settings.requires_peer_certificate) {
    mode = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  SSL_CTX_set_verify(context_, mode, nullptr);
  X509_VERIFY_PARAM* rules = SSL_CTX_get0_param(context_);
  if (validation_.verify_depth_max >= 0) {
    X509_VERIFY_PARAM_set_depth(rules, validation_.verify_depth_max);
  }
  if (validation_.accepts_expired_certificates) {
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_NO_CHECK_TIME);
  }
  // BoringSSL hands the argument back as it is, and VerifyTlsPeer only reads it.
  SSL_CTX_set_cert_verify_callback(context_, VerifyTlsPeer,
                                   const_cast<TlsValidation*>(&validation_));
  return absl::OkStatus();
}

absl::Status TlsContext::SetApplicationProtocols() {
  if (alpn_.empty()) return absl::OkStatus();
  if (side_ == TlsSettings::Side::kServer) {
    SSL_CTX_set_alpn_select_cb(context_, ChooseProtocol, this);
    return absl::OkStatus();
  }
  // Zero is success here.
  if (SSL_CTX_set_alpn_protos(context_, reinterpret_cast<const uint8_t*>(alpn_.data()),
                              alpn_.size()) != 0) {
    return InvalidPart("alpn_protocols");
  }
  return absl::OkStatus();
}

// Ours that stands first among those offered. Without one in common nothing is agreed on, rather
// than the handshake failing: what is spoken then is told by its first bytes.
int TlsContext::ChooseProtocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                               const unsigned char* offered, unsigned offered_size, void* context) {
  const std::string& ours = static_cast<const TlsContext*>(context)->alpn_;
  unsigned char* found = nullptr;
  if (SSL_select_next_proto(&found, chosen_size, reinterpret_cast<const uint8_t*>(ours.data()),
                            static_cast<unsigned>(ours.size()), offered,
                            offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *chosen = found;
  return SSL_TLSEXT_ERR_OK;
}

std::unique_ptr<Transport> TlsContext::NewTransport(Sockets& sockets, SlabPool& slabs, int fd,
                                                    std::string_view application_protocols) const {
  bssl::UniquePtr<SSL> ssl(SSL_new(context_));
  OUTRIGGER_CHECK(ssl != nullptr);
  if (side_ == TlsSettings::Side::kServer) {
    SSL_set_accept_state(ssl.get());
  } else {
    SSL_set_connect_state(ssl.get());
    // The name was checked when the settings were compiled.
    if (!server_name_.empty()) SSL_set_tlsext_host_name(ssl.get(), server_name_.c_str());
    if (alpn_.empty() && !application_protocols.empty()) {
      // Fails only for lists that are none; ours are constants.
      SSL_set_alpn_protos(ssl.get(), reinterpret_cast<const uint8_t*>(application_protocols.data()),
                          application_protocols.size());
    }
  }
  return std::make_unique<TlsTransport>(sockets, slabs, fd, std::move(ssl));
}

}  // namespace outrigger
