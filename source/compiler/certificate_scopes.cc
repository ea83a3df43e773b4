#include "compiler/certificate_scopes.h"

#include <chrono>
#include <string>

#include "stats/certificate_stats.h"

namespace outrigger::compiler {

void AddCertificateScopes(const stats::Family& family, std::string_view owner,
                          const TlsContext* tls, stats::Registry& registry,
                          CertificateScopes& scopes) {
  if (tls == nullptr) return;
  const auto add = [&](const CertificateDetails& certificate) {
    scopes.push_back(registry.Find(
        family, std::string(owner).append(stats::kCertificateSeparator).append(certificate.name)));
    const auto expires = std::chrono::floor<std::chrono::seconds>(certificate.expires_at);
    scopes.back()
        ->ForWriter(stats::kControlWriter)
        .Set(stats::kCertificateExpiration,
             static_cast<uint64_t>(expires.time_since_epoch().count()));
  };
  for (const CertificateDetails& certificate : tls->certificates().own) add(certificate);
  if (tls->certificates().trusted.has_value()) add(*tls->certificates().trusted);
}

}  // namespace outrigger::compiler
