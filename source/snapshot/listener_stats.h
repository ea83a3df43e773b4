// The metrics of one listener: listener.<address>.* (surface.md 2.3).
//
// Thread: any (constants).
#pragma once

#include "stats/family.h"

namespace outrigger {

enum ListenerStat : size_t {
  kListenerCxTotal,
  kListenerCxActive,
  kListenerCxDestroy,
  kListenerCxOverflow,
  kListenerGlobalCxOverflow,
  kListenerAcceptPaused,
  kListenerCxSpun,
  kListenerCxLengthMs,
  kListenerCxHandshakeTimeout,
  kListenerNoFilterChainMatch,
  kListenerTlsHandshake,
  kListenerTlsConnectionError,
  kListenerTlsFailVerifyNoCert,
  kListenerTlsFailVerifyError,
  kListenerTlsFailVerifySan,
  kListenerStatCount,
};
extern const stats::Family kListenerFamily;

}  // namespace outrigger
