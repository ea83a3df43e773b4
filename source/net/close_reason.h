// What the ends of connections have in common: which one an errno of the socket stands for, and
// who made it.
//
// Thread: any (pure).
#pragma once

#include <cerrno>

#include "net/network_filter.h"

namespace outrigger {

inline CloseReason CloseReasonOf(int error) {
  return error == ECONNRESET || error == EPIPE ? CloseReason::kRemoteReset : CloseReason::kIoError;
}

inline bool IsEndedByPeer(CloseReason reason) {
  return reason == CloseReason::kRemoteEof || reason == CloseReason::kRemoteReset ||
         reason == CloseReason::kUnsaidEnd;
}

}  // namespace outrigger
