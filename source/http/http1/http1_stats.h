// What the HTTP/1 codecs count for all downstream connections together, with Envoy's names:
// `http1.*`.
//
// Thread: any (constants).
#pragma once

#include "stats/family.h"

namespace outrigger::http::http1 {

enum Http1Stat : size_t {
  kDroppedHeadersWithUnderscores,
  kRequestsRejectedWithUnderscoresInHeaders,
  kHttp1StatCount,
};
extern const stats::Family kHttp1Family;

}  // namespace outrigger::http::http1
