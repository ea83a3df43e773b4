#include "http/error.h"

#include "base/check.h"

namespace outrigger::http {

namespace {
// Of what Envoy says when an upstream goes away: the reason completes the sentence.
#define OUTRIGGER_UPSTREAM_RESET \
  "upstream connect error or disconnect/reset before headers. reset reason: "
}  // namespace

const ErrorRow& RowFor(ErrorKind kind) {
  using enum ResponseFlag;
  // In the order of ErrorKind. Read off a running Envoy 1.40 where it has the case.
  static constexpr ErrorRow kRows[] = {
      {400, kDownstreamProtocolError, "http1.codec_error", "Bad Request"},
      {400, kDownstreamProtocolError, "http1.invalid_characters", "Bad Request"},
      {400, kDownstreamProtocolError, "http.invalid_authority", "Bad Request"},
      {400, kNone, "missing_host_header", ""},
      {400, kDownstreamProtocolError, "http1.content_length_and_chunked_not_allowed",
       "Bad Request"},
      {431, kDownstreamProtocolError, "http1.headers_too_large", "Request Header Fields Too Large"},
      {431, kDownstreamProtocolError, "http1.too_many_headers", "Request Header Fields Too Large"},
      {414, kDownstreamProtocolError, "http1.uri_too_long", "URI Too Long"},
      {417, kDownstreamProtocolError, "expectation_failed", "Expectation Failed"},
      {501, kDownstreamProtocolError, "http1.invalid_transfer_encoding", "Not Implemented"},
      {403, kNone, "upgrade_failed", ""},
      {505, kDownstreamProtocolError, "http1.version_not_supported", "HTTP Version Not Supported"},
      {426, kDownstreamProtocolError, "low_version", "Upgrade Required"},
      {408, kNone, "request_header_timeout", "request header timeout"},
      {408, kNone, "request_overall_timeout", "request timeout"},
      {400, kDownstreamProtocolError, "http1.unexpected_underscore", "Bad Request"},
      {400, kNone, "path_normalization_failed", ""},
      {404, kNoRouteFound, "route_not_found", ""},
      {503, kNoClusterFound, "cluster_not_found", ""},
      {503, kNoHealthyUpstream, "no_healthy_upstream", "no healthy upstream"},
      {503, kUpstreamOverflow, "upstream_reset_before_response_started{overflow}",
       OUTRIGGER_UPSTREAM_RESET "overflow"},
      {503, kUpstreamConnectionFailure,
       "upstream_reset_before_response_started{remote_connection_failure}",
       OUTRIGGER_UPSTREAM_RESET "remote connection failure"},
      {503, kUpstreamConnectionFailure,
       "upstream_reset_before_response_started{connection_timeout}",
       OUTRIGGER_UPSTREAM_RESET "connection timeout"},
      {503, kUpstreamConnectionTermination,
       "upstream_reset_before_response_started{connection_termination}",
       OUTRIGGER_UPSTREAM_RESET "connection termination"},
      {502, kUpstreamProtocolError, "upstream_reset_before_response_started{protocol_error}",
       OUTRIGGER_UPSTREAM_RESET "protocol error"},
      {502, kUpstreamProtocolError, "upstream_reset_after_response_started{protocol_error}",
       OUTRIGGER_UPSTREAM_RESET "protocol error"},
      {504, kUpstreamRequestTimeout, "response_timeout", "upstream request timeout"},
      {504, kUpstreamMaxStreamDurationReached, "upstream_max_stream_duration_reached",
       "upstream max stream duration reached"},
      {504, kStreamIdleTimeout, "stream_idle_timeout", "stream timeout"},
      {408, kStreamIdleTimeout, "stream_idle_timeout", "stream timeout"},
      {504, kNone, "max_duration_timeout", "downstream duration timeout", "4"},
      {408, kNone, "max_duration_timeout", "downstream duration timeout", "4"},
      {0, kDownstreamConnectionTermination, "downstream_remote_disconnect", ""},
      {503, kOverloadShed, "overload", "draining"},
      {500, kNone, "internal_error", ""},
  };
  static_assert(std::size(kRows) == static_cast<size_t>(ErrorKind::kInternal) + 1);
  const auto index = static_cast<size_t>(kind);
  OUTRIGGER_CHECK(index < std::size(kRows));
  return kRows[index];
}

#undef OUTRIGGER_UPSTREAM_RESET

}  // namespace outrigger::http
