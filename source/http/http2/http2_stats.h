// What the HTTP/2 codecs count, with Envoy's names: `http2.*` for all downstream connections
// together, `cluster.<name>.http2.*` for those to an upstream.
//
// Thread: any (constants).
#pragma once

#include "stats/family.h"

namespace outrigger::http::http2 {

enum Http2Stat : size_t {
  kDeferredStreamClose,  // ended by its peer while its receiver paused
  kDroppedHeadersWithUnderscores,
  kGoawaySent,
  kHeaderOverflow,
  kInboundEmptyFramesFlood,
  kInboundPriorityFramesFlood,
  kInboundWindowUpdateFramesFlood,
  kKeepaliveTimeout,
  kOutboundControlFlood,
  kOutboundFlood,
  kPendingSendBytes,
  kRequestsRejectedWithUnderscoresInHeaders,
  kRxMessagingError,
  kRxReset,
  kStreamRefusedErrors,
  kStreamsActive,
  kTrailers,
  kTxFlushTimeout,
  kTxReset,
  kHttp2StatCount,
};
// Same positions in both.
extern const stats::Family kHttp2Family;
extern const stats::Family kClusterHttp2Family;

}  // namespace outrigger::http::http2
