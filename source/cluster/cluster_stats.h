// The metrics of a cluster (surface.md 2.3), positions in its scope's blocks.
//
// Thread: any (constants).
#pragma once

#include <cstdint>

#include "stats/family.h"

namespace outrigger {

// Positions of the counts that all workers share (stats::Scope::SharedCount).
enum CircuitCount : uint8_t {
  kConnectionCount,
  kPendingCount,
  kRequestCount,
  kRetryCount,  // none, as long as there are no policies for them
};

enum ClusterStat : size_t {
  kUpstreamCxTotal,
  kUpstreamCxActive,
  kUpstreamCxHttp1Total,
  kUpstreamCxHttp2Total,
  kUpstreamCxConnectFail,
  kUpstreamCxConnectTimeout,
  kUpstreamCxConnectAttemptsExceeded,
  kUpstreamCxConnectMs,
  kUpstreamCxLengthMs,
  kUpstreamCxDestroy,
  kUpstreamCxDestroyRemote,
  kUpstreamCxDestroyLocal,
  kUpstreamCxDestroyWithActiveRq,
  kUpstreamCxDestroyRemoteWithActiveRq,
  kUpstreamCxDestroyLocalWithActiveRq,
  kUpstreamCxOverflow,
  kUpstreamCxIdleTimeout,
  kUpstreamCxProtocolError,
  kUpstreamCxMaxRequests,
  kUpstreamCxMaxDurationReached,
  kUpstreamCxSpun,
  kUpstreamCxNoneHealthy,
  kUpstreamCxRxBytesTotal,
  kUpstreamCxTxBytesTotal,
  kUpstreamRqTotal,
  kUpstreamRqActive,
  kUpstreamRqCompleted,
  kUpstreamRq1xx,
  kUpstreamRq2xx,
  kUpstreamRq3xx,
  kUpstreamRq4xx,
  kUpstreamRq5xx,
  kUpstreamRqTime,
  kUpstreamRqPerCx,
  kUpstreamRqTimeout,
  kUpstreamRqMaxDurationReached,
  kUpstreamRqPendingTotal,
  kUpstreamRqPendingActive,
  kUpstreamRqPendingOverflow,
  kUpstreamRqPendingFailureEject,
  kUpstreamRqCancelled,
  kUpstreamRqRxReset,
  kUpstreamRqTxReset,
  kLbHealthyPanic,
  kLbSubsetsSelected,
  kLbSubsetsFallback,
  kLbSubsetsFallbackPanic,
  kUpstreamTlsHandshake,
  kUpstreamTlsConnectionError,
  kUpstreamTlsFailVerifyNoCert,
  kUpstreamTlsFailVerifyError,
  kUpstreamTlsFailVerifySan,
  kUpstreamTlsSecretsNotReady,
  kBindErrors,
  kClusterStatCount,
};

extern const stats::Family kClusterFamily;
extern const stats::Family kClusterCertificateFamily;  // cluster.<name>.ssl.certificate.*

}  // namespace outrigger
