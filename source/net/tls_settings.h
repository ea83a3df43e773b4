// What one side of TLS is configured with, as values: the content of a DownstreamTlsContext or an
// UpstreamTlsContext with its secrets filled in.
//
// Thread: any (values). Source: envoy/extensions/transport_sockets/tls/v3.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/string_match.h"

namespace outrigger {

// One acceptable name of the peer, by the kind of name (RFC 5280 section 4.2.1.6).
struct SubjectAltNameMatch {
  enum class Type : uint8_t { kAny, kDns, kUri, kEmail, kIp };
  Type type = Type::kAny;
  StringMatch match;
  bool operator==(const SubjectAltNameMatch&) const = default;
};

struct TlsCertificate {
  std::string chain_pem;  // leaf first
  std::string key_pem;
  std::string chain_path = {};  // of the file it came from; empty: none
  std::string name = {};        // by which operators know it
  bool operator==(const TlsCertificate&) const = default;
};

// Whom we take for whom.
struct TlsValidation {
  std::string trusted_ca_pem;              // empty: chains are not verified
  std::string trusted_ca_path;             // of the file they came from; empty: none
  std::string trusted_ca_name;             // by which operators know them
  std::vector<SubjectAltNameMatch> names;  // one must match; empty: any name
  bool accepts_untrusted_chains = false;   // whoever they name
  bool accepts_expired_certificates = false;
  int verify_depth_max = -1;  // intermediates; -1: the library's 100
  bool operator==(const TlsValidation&) const = default;
};

struct TlsSettings {
  enum class Side : uint8_t { kServer, kClient };
  enum class Version : uint8_t { kTls10, kTls11, kTls12, kTls13 };

  Side side = Side::kServer;
  std::vector<TlsCertificate> certificates;  // the first that the peer can verify is shown
  TlsValidation validation;
  bool requires_peer_certificate = false;          // kServer; clients always ask for one
  std::string server_name;                         // kClient: SNI; empty: none is sent
  std::vector<std::string> application_protocols;  // ALPN, preferred first
  Version version_min = Version::kTls12;
  Version version_max = Version::kTls13;
  std::vector<std::string> cipher_suites;         // up to TLS 1.2; empty: tls_context's
  std::vector<std::string> groups;                // for key exchange; empty: tls_context's
  std::vector<std::string> signature_algorithms;  // empty: the library's
  bool operator==(const TlsSettings&) const = default;
};

}  // namespace outrigger
