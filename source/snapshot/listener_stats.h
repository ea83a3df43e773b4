// The metrics of one listener: listener.<address>.* (surface.md 2.3).
//
// Thread: any (constants).
#pragma once

#include <string>
#include <string_view>

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
  kListenerFilterMissing,         // of a listener filter the configuration has not come
  kListenerNetworkFilterMissing,  // the same of a network filter
  kListenerTlsHandshake,
  kListenerTlsConnectionError,
  kListenerTlsFailVerifyNoCert,
  kListenerTlsFailVerifyError,
  kListenerTlsFailVerifySan,
  kListenerTlsUpdateBySds,
  kListenerTlsSecretsNotReady,
  kListenerStatCount,
};
extern const stats::Family kListenerFamily;
extern const stats::Family kListenerCertificateFamily;  // listener.<address>.ssl.certificate.*

// What the answers of one HTTP connection manager were on one listener: listener.<address>.http.
// <stat_prefix>.*
enum ListenerHttpStat : size_t {
  kListenerRqCompleted,
  kListenerRq1xx,
  kListenerRq2xx,
  kListenerRq3xx,
  kListenerRq4xx,
  kListenerRq5xx,
  kListenerHttpStatCount,
};
extern const stats::Family kListenerHttpFamily;
std::string ListenerHttpScopeName(std::string_view listener, std::string_view stat_prefix);

}  // namespace outrigger
