#include "downstream/downstream_connection.h"

#include "snapshot/listener_stats.h"

namespace outrigger {

void DownstreamConnection::CountHandshake(stats::WriterIndex writer) {
  listener_stats_->ForWriter(writer).Add(kListenerTlsHandshake);
}

void DownstreamConnection::CountEnd(const Connection& connection, CloseReason reason,
                                    stats::WriterIndex writer) {
  stats::Block& stats = listener_stats_->ForWriter(writer);
  if (reason == CloseReason::kConnectTimeout) stats.Add(kListenerCxHandshakeTimeout);
  if (reason == CloseReason::kSpun) stats.Add(kListenerCxSpun);
  switch (connection.transport_failure().kind) {
    case TransportFailure::Kind::kNone:
      return;
    case TransportFailure::Kind::kProtocol:
      return stats.Add(kListenerTlsConnectionError);
    case TransportFailure::Kind::kNoCertificate:
      return stats.Add(kListenerTlsFailVerifyNoCert);
    case TransportFailure::Kind::kUntrusted:
      return stats.Add(kListenerTlsFailVerifyError);
    case TransportFailure::Kind::kName:
      return stats.Add(kListenerTlsFailVerifySan);
  }
}

}  // namespace outrigger
