// Why an exchange failed: what happened, on which side, from which cause, and whether trying again
// is allowed. One table (error.cc) maps every kind to one status, one response flag and one
// response_code_details string, letter by letter as Envoy has them.
//
// Thread: any (values).
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "http/response_flag.h"

namespace outrigger::http {

enum class ErrorKind : uint8_t {
  kBadRequest,             // framing or syntax: 400, DPE
  kIllegalCharacter,       // a control character in a head: 400, DPE
  kIllegalHost,            // 400, DPE
  kMissingHost,            // 400
  kLengthAndChunked,       // content-length together with transfer-encoding: 400, DPE
  kRequestHeadTooLarge,    // 431
  kTooManyFields,          // 431
  kRequestTargetTooLong,   // 414
  kExpectationFailed,      // 417
  kNotImplemented,         // 501: transfer coding we do not speak
  kUpgradeRefused,         // 403: a tunnel that is not configured (R52, R54)
  kVersionNotSupported,    // 505
  kVersionTooLow,          // 426: HTTP/1.0 where it is not configured
  kRequestHeadTimeout,     // 408: the head did not arrive in time
  kRequestTimeout,         // 408: the request did not arrive in time
  kUnderscoreInName,       // 400: a header name that some take for another (R20)
  kPathRefused,            // 400: a path that has no canonical form (R44)
  kNoRoute,                // 404 NR
  kClusterNotFound,        // 503 NC
  kNoHealthyUpstream,      // 503 UH
  kUpstreamOverflow,       // 503 UO: a circuit breaker or pending limit
  kConnectFailure,         // 503 UF
  kConnectTimeout,         // 503 UF
  kUpstreamReset,          // 503 UC: connection ended before any byte of a response
  kUpstreamProtocolError,  // 502 UPE: a response that is none, or whose head is cut off
  kUpstreamTruncated,      // response body ended early: mostly no status left to send
  kRouteTimeout,           // 504 UT
  kUpstreamDuration,       // 504 UMSDR: it took longer than its cluster allows
  kStreamIdleTimeout,      // 504 SI: idle while we waited for the response
  kRequestIdleTimeout,     // 408 SI: idle while we waited for the rest of the request
  kStreamDuration,         // 504 DT: the whole took too long
  kRequestDuration,        // 408 DT: the same, before the request was complete
  kDownstreamReset,        // DC
  kDraining,               // the process is going away: 503
  kInternal,               // 500: ours
};

enum class Side : uint8_t { kDownstream, kUpstream, kLocal };

struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  Side side = Side::kLocal;
  // What exactly: a static string ("chunk size is not hexadecimal") or one in the exchange's arena.
  std::string_view cause;
  // Nothing of the request can have been processed by the upstream.
  bool is_unprocessed = false;
};

struct ErrorRow {
  uint16_t status;
  ResponseFlag response_flag;
  std::string_view details;        // %RESPONSE_CODE_DETAILS%
  std::string_view body;           // of the local reply
  std::string_view grpc_status{};  // where the HTTP status does not tell it
};

const ErrorRow& RowFor(ErrorKind kind);

}  // namespace outrigger::http
