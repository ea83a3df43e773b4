#include "http/error.h"

#include "base/check.h"

namespace outrigger::http {

namespace {
// Of what Envoy says when an upstream goes away: the reason completes the sentence.
#define OUTRIGGER_UPSTREAM_RESET \
  "upstream connect error or disconnect/reset before headers. reset reason: "
}  // namespace

const ErrorRow& RowFor(ErrorKind kind) {
  // In the order of ErrorKind. Read off a running Envoy 1.40 where it has the case.
  static constexpr ErrorRow kRows[] = {
      {400, "DPE", "http1.codec_error", "Bad Request"},
      {400, "DPE", "http1.invalid_characters", "Bad Request"},
      {400, "DPE", "http.invalid_authority", "Bad Request"},
      {400, "-", "missing_host_header", ""},
      {400, "DPE", "http1.content_length_and_chunked_not_allowed", "Bad Request"},
      {431, "DPE", "http1.headers_too_large", "Request Header Fields Too Large"},
      {431, "DPE", "http1.too_many_headers", "Request Header Fields Too Large"},
      {414, "DPE", "http1.uri_too_long", "URI Too Long"},
      {417, "DPE", "expectation_failed", "Expectation Failed"},
      {501, "DPE", "http1.invalid_transfer_encoding", "Not Implemented"},
      {403, "-", "upgrade_failed", ""},
      {505, "DPE", "http1.version_not_supported", "HTTP Version Not Supported"},
      {426, "DPE", "low_version", "Upgrade Required"},
      {408, "-", "request_header_timeout", "request header timeout"},
      {408, "-", "request_overall_timeout", "request timeout"},
      {400, "DPE", "http1.unexpected_underscore", "Bad Request"},
      {400, "-", "path_normalization_failed", ""},
      {404, "NR", "route_not_found", ""},
      {503, "NC", "cluster_not_found", ""},
      {503, "UH", "no_healthy_upstream", "no healthy upstream"},
      {503, "UO", "upstream_reset_before_response_started{overflow}",
       OUTRIGGER_UPSTREAM_RESET "overflow"},
      {503, "UF", "upstream_reset_before_response_started{remote_connection_failure}",
       OUTRIGGER_UPSTREAM_RESET "remote connection failure"},
      {503, "UF", "upstream_reset_before_response_started{connection_timeout}",
       OUTRIGGER_UPSTREAM_RESET "connection timeout"},
      {503, "UC", "upstream_reset_before_response_started{connection_termination}",
       OUTRIGGER_UPSTREAM_RESET "connection termination"},
      {502, "UPE", "upstream_reset_before_response_started{protocol_error}",
       OUTRIGGER_UPSTREAM_RESET "protocol error"},
      {502, "UPE", "upstream_reset_after_response_started{protocol_error}",
       OUTRIGGER_UPSTREAM_RESET "protocol error"},
      {504, "UT", "response_timeout", "upstream request timeout"},
      {504, "SI", "stream_idle_timeout", "stream timeout"},
      {408, "SI", "stream_idle_timeout", "stream timeout"},
      {504, "DT", "max_duration_timeout", "downstream duration timeout", "4"},
      {408, "DT", "max_duration_timeout", "downstream duration timeout", "4"},
      {0, "DC", "downstream_remote_disconnect", ""},
      {503, "OM", "overload", "draining"},
      {500, "-", "internal_error", ""},
  };
  static_assert(std::size(kRows) == static_cast<size_t>(ErrorKind::kInternal) + 1);
  const auto index = static_cast<size_t>(kind);
  OUTRIGGER_CHECK(index < std::size(kRows));
  return kRows[index];
}

#undef OUTRIGGER_UPSTREAM_RESET

}  // namespace outrigger::http
