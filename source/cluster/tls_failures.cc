#include "cluster/tls_failures.h"

#include "base/check.h"
#include "cluster/cluster_stats.h"

namespace outrigger {

void CountTlsFailure(stats::Block& stats, TransportFailure::Kind failure) {
  switch (failure) {
    case TransportFailure::Kind::kNone:
      return;
    case TransportFailure::Kind::kProtocol:
      return stats.Add(kUpstreamTlsConnectionError);
    case TransportFailure::Kind::kNoCertificate:
      return stats.Add(kUpstreamTlsFailVerifyNoCert);
    case TransportFailure::Kind::kUntrusted:
      return stats.Add(kUpstreamTlsFailVerifyError);
    case TransportFailure::Kind::kName:
      return stats.Add(kUpstreamTlsFailVerifySan);
  }
}

std::string_view TlsFailureCause(TransportFailure::Kind failure) {
  switch (failure) {
    case TransportFailure::Kind::kNone:
    case TransportFailure::Kind::kProtocol:
      return "TLS handshake failed";
    case TransportFailure::Kind::kNoCertificate:
      return "upstream showed no certificate";
    case TransportFailure::Kind::kUntrusted:
      return "upstream certificate is not trusted";
    case TransportFailure::Kind::kName:
      return "upstream certificate has another name";
  }
  OUTRIGGER_CHECK(false);
}

}  // namespace outrigger
