#include "net/tls_certificate_details.h"

#include <netinet/in.h>
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "net/address.h"

namespace outrigger {

namespace {

WallTime ToTime(const ASN1_TIME* time) {
  int64_t seconds = 0;
  if (ASN1_TIME_to_posix(time, &seconds) != 1) return {};
  // What a clock of nanoseconds can hold.
  constexpr int64_t kSecondsMax = 9'000'000'000;
  return WallTime(std::chrono::seconds(std::clamp(seconds, -kSecondsMax, kSecondsMax)));
}

std::string TextOf(const ASN1_STRING& text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(&text)),
          static_cast<size_t>(ASN1_STRING_length(&text))};
}

std::string IpOf(const ASN1_OCTET_STRING& bytes) {
  const unsigned char* data = ASN1_STRING_get0_data(&bytes);
  sockaddr_in v4{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}};
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  const auto size = static_cast<size_t>(ASN1_STRING_length(&bytes));
  if (size == sizeof v4.sin_addr) {
    std::memcpy(&v4.sin_addr, data, size);
    return Address::FromSockaddr(reinterpret_cast<const sockaddr*>(&v4), sizeof v4).ip();
  }
  if (size == sizeof v6.sin6_addr) {
    std::memcpy(&v6.sin6_addr, data, size);
    return Address::FromSockaddr(reinterpret_cast<const sockaddr*>(&v6), sizeof v6).ip();
  }
  return "";
}

CertificateDetails::Name ShownNameOf(const GENERAL_NAME& name) {
  switch (name.type) {
    case GEN_DNS:
      return {"dns", TextOf(*name.d.dNSName)};
    case GEN_URI:
      return {"uri", TextOf(*name.d.uniformResourceIdentifier)};
    default:
      return {"ip_address", IpOf(*name.d.iPAddress)};
  }
}

// RFC 5280 section 4.2.1.6; kind by kind, as Envoy does.
std::vector<CertificateDetails::Name> ShownNamesOf(const X509& certificate) {
  std::vector<CertificateDetails::Name> shown;
  const bssl::UniquePtr<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (names == nullptr) return shown;
  for (const int kind : {GEN_DNS, GEN_URI, GEN_IPADD}) {
    for (const GENERAL_NAME* name : names.get()) {
      if (name->type == kind) shown.push_back(ShownNameOf(*name));
    }
  }
  return shown;
}

}  // namespace

std::string SerialNumberOf(const X509& certificate) {
  const bssl::UniquePtr<BIGNUM> number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(&certificate), nullptr));
  if (number == nullptr) return "";
  const bssl::UniquePtr<char> text(BN_bn2hex(number.get()));
  std::string lower(text.get());
  for (char& c : lower) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c | 0x20);
  }
  return lower;
}

int64_t CertificateDetails::DaysLeft(WallTime now) const {
  return std::max<int64_t>((expires_at - now) / std::chrono::hours(24), 0);
}

CertificateDetails DetailsOfFirst(std::string_view pem, std::string_view path) {
  const bssl::UniquePtr<BIO> reader(
      BIO_new_mem_buf(pem.data(), static_cast<ossl_ssize_t>(pem.size())));
  const bssl::UniquePtr<X509> certificate(
      PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
  OUTRIGGER_CHECK(certificate != nullptr);
  return {std::string(path), SerialNumberOf(*certificate), ShownNamesOf(*certificate),
          ToTime(X509_get0_notBefore(certificate.get())),
          ToTime(X509_get0_notAfter(certificate.get()))};
}

}  // namespace outrigger
