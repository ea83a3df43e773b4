// Counts why connections of a cluster could not agree on TLS.
//
// Thread: any (the block's writer).
#pragma once

#include <string_view>

#include "net/transport.h"
#include "stats/scope.h"

namespace outrigger {

// `stats`: of the cluster family.
void CountTlsFailure(stats::Block& stats, TransportFailure::Kind failure);
// For http::Error::cause.
std::string_view TlsFailureCause(TransportFailure::Kind failure);

}  // namespace outrigger
