#include "net/tls_verification.h"

#include <arpa/inet.h>
#include <openssl/digest.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "base/absl_view.h"
#include "net/tls_certificate_details.h"

namespace outrigger {

namespace {

constexpr std::string_view kNul("\0", 1);

struct PeerName {
  SubjectAltNameMatch::Type type;
  std::string text;
};

std::string ToText(const ASN1_STRING& string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(&string)),
          static_cast<size_t>(ASN1_STRING_length(&string))};
}

std::optional<std::string> ToIpText(const ASN1_OCTET_STRING& address) {
  const int size = ASN1_STRING_length(&address);
  if (size != 4 && size != 16) return std::nullopt;
  char text[INET6_ADDRSTRLEN];
  const char* written =
      inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(&address), text, sizeof text);
  if (written == nullptr) return std::nullopt;
  return written;
}

// Unset for kinds that nobody can ask for.
std::optional<PeerName> ToPeerName(const GENERAL_NAME& name) {
  using Type = SubjectAltNameMatch::Type;
  switch (name.type) {
    case GEN_DNS:
      return PeerName{Type::kDns, ToText(*name.d.dNSName)};
    case GEN_URI:
      return PeerName{Type::kUri, ToText(*name.d.uniformResourceIdentifier)};
    case GEN_EMAIL:
      return PeerName{Type::kEmail, ToText(*name.d.rfc822Name)};
    case GEN_IPADD:
      if (std::optional<std::string> text = ToIpText(*name.d.iPAddress)) {
        return PeerName{Type::kIp, *std::move(text)};
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

bool Matches(const SubjectAltNameMatch& wanted, const PeerName& name) {
  using Type = SubjectAltNameMatch::Type;
  if (wanted.type != Type::kAny && wanted.type != name.type) return false;
  const StringMatch& match = wanted.match;
  if (name.type == Type::kDns && match.kind == StringMatch::Kind::kExact) {
    return MatchesDnsName(name.text, match.text);
  }
  return match.Matches(name.text);
}

// Those that can be matched: a NUL would end a name for some readers and not for others.
std::vector<PeerName> NamesOf(const X509& certificate) {
  std::vector<PeerName> names;
  const bssl::UniquePtr<GENERAL_NAMES> all(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (all == nullptr) return names;
  for (const GENERAL_NAME* general : all.get()) {
    std::optional<PeerName> name = ToPeerName(*general);
    if (!name.has_value() || name->text.find(kNul) != std::string::npos) continue;
    names.push_back(*std::move(name));
  }
  return names;
}

std::string ToText(const X509_NAME& name) {
  const bssl::UniquePtr<BIO> text(BIO_new(BIO_s_mem()));
  const uint8_t* bytes = nullptr;
  size_t size = 0;
  if (text == nullptr || X509_NAME_print_ex(text.get(), &name, 0, XN_FLAG_RFC2253) < 0 ||
      BIO_mem_contents(text.get(), &bytes, &size) != 1) {
    return {};
  }
  return {reinterpret_cast<const char*>(bytes), size};
}

std::string Sha256Of(const X509& certificate) {
  uint8_t digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (X509_digest(&certificate, EVP_sha256(), digest, &size) != 1) return {};
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest), size});
}

}  // namespace

PeerCertificate ReadPeerCertificate(const X509& certificate) {
  using Type = SubjectAltNameMatch::Type;
  PeerCertificate read;
  for (PeerName& name : NamesOf(certificate)) {
    if (name.type == Type::kUri) read.uris.push_back(std::move(name.text));
    if (name.type == Type::kDns) read.dns_names.push_back(std::move(name.text));
    if (name.type == Type::kIp) read.ip_addresses.push_back(std::move(name.text));
  }
  read.subject = ToText(*X509_get_subject_name(&certificate));
  read.issuer = ToText(*X509_get_issuer_name(&certificate));
  read.serial_number = SerialNumberOf(certificate);
  read.sha256 = Sha256Of(certificate);
  return read;
}

bool MatchesDnsName(std::string_view pattern, std::string_view name) {
  if (absl::EqualsIgnoreCase(AbslView(pattern), AbslView(name))) return true;
  if (!pattern.starts_with("*.")) return false;
  const size_t dot = name.find('.');
  if (dot == 0 || dot == std::string_view::npos) return false;
  return absl::EqualsIgnoreCase(AbslView(pattern.substr(1)), AbslView(name.substr(dot)));
}

bool HasAcceptableName(const X509& certificate, const std::vector<SubjectAltNameMatch>& wanted) {
  const std::vector<PeerName> names = NamesOf(certificate);
  return std::any_of(names.begin(), names.end(), [&wanted](const PeerName& name) {
    return std::any_of(wanted.begin(), wanted.end(),
                       [&name](const SubjectAltNameMatch& one) { return Matches(one, name); });
  });
}

int VerifyTlsPeer(X509_STORE_CTX* chain, void* validation) {
  const auto& rules = *static_cast<const TlsValidation*>(validation);
  // Without anchors there is nothing to measure by: the settings say so, and whoever wrote them.
  if (rules.trusted_ca_pem.empty()) return 1;
  if (rules.accepts_untrusted_chains) return 1;
  if (X509_verify_cert(chain) != 1) return 0;
  if (rules.names.empty() || HasAcceptableName(*X509_STORE_CTX_get0_cert(chain), rules.names)) {
    return 1;
  }
  X509_STORE_CTX_set_error(chain, kWrongName);
  return 0;
}

}  // namespace outrigger
