// Which end of a connection an errno of its socket stands for.
//
// Thread: any (pure).
#pragma once

#include <cerrno>

#include "net/network_filter.h"

namespace outrigger {

inline CloseReason CloseReasonOf(int error) {
  return error == ECONNRESET || error == EPIPE ? CloseReason::kRemoteReset : CloseReason::kIoError;
}

}  // namespace outrigger
