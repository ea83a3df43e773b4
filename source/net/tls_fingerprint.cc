#include "net/tls_fingerprint.h"

#include <openssl/sha.h>

#include <vector>

namespace outrigger {

namespace {

// Each part behind its length, so that no two contents read alike.
class Content {
 public:
  void Add(std::string_view text) {
    Add(text.size());
    bytes_ += text;
  }
  void Add(uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) bytes_ += static_cast<char>(number >> shift);
  }
  void Add(const std::vector<std::string>& texts) {
    Add(texts.size());
    for (const std::string& text : texts) Add(std::string_view(text));
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

void AddValidation(const TlsValidation& validation, Content& content) {
  content.Add(std::string_view(validation.trusted_ca_pem));
  content.Add(std::string_view(validation.trusted_ca_path));
  content.Add(std::string_view(validation.trusted_ca_name));
  content.Add(validation.names.size());
  for (const SubjectAltNameMatch& name : validation.names) {
    content.Add(static_cast<uint64_t>(name.type));
    content.Add(static_cast<uint64_t>(name.match.kind));
    content.Add(std::string_view(name.match.text));
    content.Add(uint64_t{name.match.ignores_case});
  }
  content.Add(uint64_t{validation.accepts_untrusted_chains});
  content.Add(uint64_t{validation.accepts_expired_certificates});
  content.Add(static_cast<uint64_t>(validation.verify_depth_max));
}

}  // namespace

std::string TlsFingerprint(const TlsSettings& settings) {
  Content content;
  content.Add(static_cast<uint64_t>(settings.side));
  content.Add(settings.certificates.size());
  for (const TlsCertificate& certificate : settings.certificates) {
    content.Add(std::string_view(certificate.chain_pem));
    content.Add(std::string_view(certificate.chain_path));
    content.Add(std::string_view(certificate.name));
    content.Add(std::string_view(certificate.key_pem));
  }
  AddValidation(settings.validation, content);
  content.Add(uint64_t{settings.requires_peer_certificate});
  content.Add(std::string_view(settings.server_name));
  content.Add(settings.application_protocols);
  content.Add(static_cast<uint64_t>(settings.version_min));
  content.Add(static_cast<uint64_t>(settings.version_max));
  content.Add(settings.cipher_suites);
  content.Add(settings.groups);
  content.Add(settings.signature_algorithms);
  return Sha256Of(content.bytes());
}

std::string Sha256Of(std::string_view bytes) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size(),
         reinterpret_cast<uint8_t*>(digest.data()));
  return digest;
}

}  // namespace outrigger
