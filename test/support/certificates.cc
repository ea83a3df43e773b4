#include "test/support/certificates.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "base/check.h"

namespace outrigger::test {

namespace {

bssl::UniquePtr<EVP_PKEY> NewKey() {
  bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  OUTRIGGER_CHECK(EC_KEY_generate_key(ec.get()) == 1);
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  OUTRIGGER_CHECK(EVP_PKEY_set1_EC_KEY(key.get(), ec.get()) == 1);
  return key;
}

void AddExtension(X509& certificate, int kind, const std::string& value) {
  if (value.empty()) return;
  const bssl::UniquePtr<X509_EXTENSION> extension(
      X509V3_EXT_nconf_nid(nullptr, nullptr, kind, value.c_str()));
  OUTRIGGER_CHECK(extension != nullptr);
  OUTRIGGER_CHECK(X509_add_ext(&certificate, extension.get(), -1) == 1);
}

bssl::UniquePtr<X509> NewCertificate(EVP_PKEY& key, const std::string& name) {
  bssl::UniquePtr<X509> certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  uint64_t serial = 0;
  RAND_bytes(reinterpret_cast<uint8_t*>(&serial), sizeof serial - 1);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const uint8_t*>(name.data()),
                             static_cast<ossl_ssize_t>(name.size()), -1, 0);
  X509_set_pubkey(certificate.get(), &key);
  return certificate;
}

std::string Drain(const bssl::UniquePtr<BIO>& bio) {
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  OUTRIGGER_CHECK(BIO_mem_contents(bio.get(), &bytes, &size) == 1);
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string ToPem(X509& certificate) {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  OUTRIGGER_CHECK(PEM_write_bio_X509(bio.get(), &certificate) == 1);
  return Drain(bio);
}

std::string ToPem(EVP_PKEY& key) {
  const bssl::UniquePtr<BIO> bio(BIO_new(BIO_s_mem()));
  OUTRIGGER_CHECK(
      PEM_write_bio_PrivateKey(bio.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Drain(bio);
}

}  // namespace

Authority::Authority(const std::string& name)
    : key_(NewKey()), certificate_(NewCertificate(*key_, name)) {
  X509* certificate = certificate_.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  X509_gmtime_adj(X509_getm_notBefore(certificate), -2 * 24 * 3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 2 * 24 * 3600);
  AddExtension(*certificate, NID_basic_constraints, "critical,CA:TRUE");
  OUTRIGGER_CHECK(X509_sign(certificate, key_.get(), EVP_sha256()) > 0);
  pem_ = ToPem(*certificate);
}

Authority::~Authority() = default;

Identity Authority::IssueAs(const Request& request) const {
  const bssl::UniquePtr<EVP_PKEY> key = NewKey();
  const bssl::UniquePtr<X509> certificate = NewCertificate(*key, "leaf");
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), request.valid_from_seconds);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), request.valid_to_seconds);
  AddExtension(*certificate, NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(*certificate, NID_subject_alt_name, request.names);
  AddExtension(*certificate, NID_ext_key_usage, request.extended_key_usage);
  OUTRIGGER_CHECK(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
  return {ToPem(*certificate), ToPem(*key)};
}

std::string YamlQuoted(const std::string& pem) {
  std::string quoted = "\"";
  for (char c : pem) {
    if (c == '\n') {
      quoted += "\\n";
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

}  // namespace outrigger::test
