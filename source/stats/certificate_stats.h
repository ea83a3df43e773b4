// When the certificates of a listener or a cluster expire, a scope for each:
// listener.<address>.ssl.certificate.<name>.expiration_unix_time_seconds.
//
// Thread: any (constants).
#pragma once

#include <cstddef>
#include <string_view>

#include "stats/family.h"

namespace outrigger::stats {

enum CertificateStat : size_t { kCertificateExpiration };
inline constexpr Metric kCertificateMetrics[] = {{"expiration_unix_time_seconds", Kind::kGauge}};
inline constexpr std::string_view kCertificateSeparator = ".ssl.certificate.";
inline constexpr std::string_view kCertificateLabel = "envoy_tls_certificate";

}  // namespace outrigger::stats
