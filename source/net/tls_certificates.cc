#include "net/tls_certificates.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pool.h>
#include <openssl/x509.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "base/absl_view.h"

namespace outrigger {

namespace {

constexpr size_t kCertificatesMax = 1000;  // of one PEM text

bssl::UniquePtr<BIO> Reader(std::string_view text) {
  return bssl::UniquePtr<BIO>(BIO_new_mem_buf(text.data(), static_cast<ossl_ssize_t>(text.size())));
}

// Every certificate in `pem`; other blocks are passed over.
absl::Status ReadCertificates(std::string_view pem, std::vector<bssl::UniquePtr<X509>>& into) {
  const bssl::UniquePtr<BIO> reader = Reader(pem);
  while (into.size() < kCertificatesMax) {
    bssl::UniquePtr<X509> certificate(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
    if (certificate == nullptr) break;
    into.push_back(std::move(certificate));
  }
  const uint32_t error = ERR_peek_last_error();
  const bool is_at_end =
      ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  const std::string text = TakeTlsError();
  if (into.size() == kCertificatesMax) return absl::InvalidArgumentError("too many certificates");
  if (!is_at_end) return absl::InvalidArgumentError(text);
  if (into.empty()) return absl::InvalidArgumentError("holds no certificate in PEM");
  return absl::OkStatus();
}

bssl::UniquePtr<CRYPTO_BUFFER> ToBuffer(X509& certificate) {
  uint8_t* der = nullptr;
  const int size = i2d_X509(&certificate, &der);
  if (size < 0) return nullptr;
  const bssl::UniquePtr<uint8_t> owned(der);
  return bssl::UniquePtr<CRYPTO_BUFFER>(CRYPTO_BUFFER_new(der, static_cast<size_t>(size), nullptr));
}

absl::Status SetChain(SSL_CREDENTIAL& credential, std::string_view pem) {
  std::vector<bssl::UniquePtr<X509>> chain;
  if (absl::Status status = ReadCertificates(pem, chain); !status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("certificate_chain: ", status.message()));
  }
  std::vector<bssl::UniquePtr<CRYPTO_BUFFER>> owned;
  std::vector<CRYPTO_BUFFER*> buffers;
  for (const auto& certificate : chain) {
    owned.push_back(ToBuffer(*certificate));
    buffers.push_back(owned.back().get());
    if (buffers.back() == nullptr) return absl::InvalidArgumentError(TakeTlsError());
  }
  if (SSL_CREDENTIAL_set1_cert_chain(&credential, buffers.data(), buffers.size()) != 1) {
    return absl::InvalidArgumentError(absl::StrCat("certificate_chain: ", TakeTlsError()));
  }
  return absl::OkStatus();
}

}  // namespace

std::string TakeTlsError() {
  const uint32_t error = ERR_get_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(error);
  return reason == nullptr ? "unknown error" : reason;
}

absl::Status AddTlsCertificate(SSL_CTX& context, const TlsCertificate& certificate) {
  const bssl::UniquePtr<SSL_CREDENTIAL> credential(SSL_CREDENTIAL_new_x509());
  if (absl::Status status = SetChain(*credential, certificate.chain_pem); !status.ok()) {
    return status;
  }
  const bssl::UniquePtr<BIO> reader = Reader(certificate.key_pem);
  // A key under a passphrase finds an empty one, rather than a question on the terminal.
  char no_passphrase[] = "";
  const bssl::UniquePtr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(reader.get(), nullptr, nullptr, no_passphrase));
  if (key == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("private_key: ", TakeTlsError()));
  }
  if (SSL_CREDENTIAL_set1_private_key(credential.get(), key.get()) != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("private_key: does not go with the certificate: ", TakeTlsError()));
  }
  if (SSL_CTX_add1_credential(&context, credential.get()) != 1) {
    return absl::InvalidArgumentError(TakeTlsError());
  }
  return absl::OkStatus();
}

absl::Status AddTrustedCertificates(SSL_CTX& context, std::string_view pem, bool tells_clients) {
  std::vector<bssl::UniquePtr<X509>> trusted;
  if (absl::Status status = ReadCertificates(pem, trusted); !status.ok()) return status;
  X509_STORE* store = SSL_CTX_get_cert_store(&context);
  X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  for (const auto& certificate : trusted) {
    if (X509_STORE_add_cert(store, certificate.get()) != 1) {
      return absl::InvalidArgumentError(TakeTlsError());
    }
    if (tells_clients && SSL_CTX_add_client_CA(&context, certificate.get()) != 1) {
      return absl::InvalidArgumentError(TakeTlsError());
    }
  }
  return absl::OkStatus();
}

}  // namespace outrigger
