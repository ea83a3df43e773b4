// What operators are shown of a certificate: where it came from, whose it is, how long it is good.
//
// Thread: any (values). Source: envoy/admin/v3/certs.proto.
#pragma once

#include <openssl/base.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace outrigger {

struct CertificateDetails {
  struct Name {
    std::string_view kind;  // "dns", "uri", "ip_address"; other kinds are left out
    std::string text;
  };
  std::string path;           // empty: it stood in the configuration itself
  std::string serial_number;  // hexadecimal, in small letters
  std::vector<Name> names;
  WallTime valid_from{};
  WallTime expires_at{};
  std::string name = {};  // by which operators know it

  // Whole days that are left, 0 once it has expired.
  int64_t DaysLeft(WallTime now) const;
};

// Of one TLS context.
struct ContextCertificates {
  std::optional<CertificateDetails> trusted;  // the first of trusted_ca
  std::vector<CertificateDetails> own;        // the leaf of each chain
};

// Hexadecimal, in small letters.
std::string SerialNumberOf(const X509& certificate);

// The first certificate in `pem`. Requires: it has been read without error before.
CertificateDetails DetailsOfFirst(std::string_view pem, std::string_view path);

}  // namespace outrigger
