#include "cluster/tls_failures.h"

#include "base/check.h"
#include "cluster/cluster_stats.h"

namespace outrigger {

using Kind = TransportFailure::Kind;

void CountTlsFailure(stats::Block& stats, Kind failure) {
  switch (failure) {
    case Kind::kNone:
      return;
    case Kind::kProtocol:
      return stats.Add(kUpstreamTlsConnectionError);
    case Kind::kNoCertificate:
      return stats.Add(kUpstreamTlsFailVerifyNoCert);
    case Kind::kUntrusted:
      return stats.Add(kUpstreamTlsFailVerifyError);
    case Kind::kName:
      return stats.Add(kUpstreamTlsFailVerifySan);
  }
}

std::string_view TlsFailureCause(Kind failure) {
  switch (failure) {
    case Kind::kNone:
    case Kind::kProtocol:
      return "TLS handshake failed";
    case Kind::kNoCertificate:
      return "upstream showed no certificate";
    case Kind::kUntrusted:
      return "upstream certificate is not trusted";
    case Kind::kName:
      return "upstream certificate has another name";
  }
  OUTRIGGER_CHECK(false);
}

}  // namespace outrigger
