#include "http/error.h"

#include <gtest/gtest.h>

namespace outrigger::http {
namespace {

struct Expected {
  ErrorKind kind;
  int status;
  std::string_view flag;
  std::string_view details;
  std::string_view body;
};

constexpr std::string_view kReset =
    "upstream connect error or disconnect/reset before headers. reset reason: ";

TEST(Error, UsersFindTheWordsOfEnvoy) {
  const Expected all[] = {
      {ErrorKind::kBadRequest, 400, "DPE", "http1.codec_error", "Bad Request"},
      {ErrorKind::kRequestHeadTooLarge, 431, "DPE", "http1.headers_too_large",
       "Request Header Fields Too Large"},
      {ErrorKind::kNotImplemented, 501, "DPE", "http1.invalid_transfer_encoding",
       "Not Implemented"},
      {ErrorKind::kUpgradeRefused, 403, "-", "upgrade_failed", ""},
      {ErrorKind::kVersionTooLow, 426, "DPE", "low_version", "Upgrade Required"},
      {ErrorKind::kRequestDuration, 408, "-", "max_duration_timeout",
       "downstream duration timeout"},
      {ErrorKind::kRequestHeadTimeout, 408, "-", "request_header_timeout",
       "request header timeout"},
      {ErrorKind::kRequestTimeout, 408, "-", "request_overall_timeout", "request timeout"},
      {ErrorKind::kNoRoute, 404, "NR", "route_not_found", ""},
      {ErrorKind::kClusterNotFound, 503, "NC", "cluster_not_found", ""},
      {ErrorKind::kNoHealthyUpstream, 503, "UH", "no_healthy_upstream", "no healthy upstream"},
      {ErrorKind::kRouteTimeout, 504, "UT", "response_timeout", "upstream request timeout"},
      {ErrorKind::kUpstreamDuration, 504, "UMSDR", "upstream_max_stream_duration_reached",
       "upstream max stream duration reached"},
      {ErrorKind::kStreamIdleTimeout, 504, "SI", "stream_idle_timeout", "stream timeout"},
      {ErrorKind::kRequestIdleTimeout, 408, "SI", "stream_idle_timeout", "stream timeout"},
      {ErrorKind::kDownstreamReset, 0, "DC", "downstream_remote_disconnect", ""},
      {ErrorKind::kInternal, 500, "-", "internal_error", ""},
  };
  for (const Expected& expected : all) {
    const ErrorRow& row = RowFor(expected.kind);
    EXPECT_EQ(row.status, expected.status) << expected.details;
    EXPECT_EQ(NamesOf(row.response_flag).letters, expected.flag) << expected.details;
    EXPECT_EQ(row.details, expected.details);
    EXPECT_EQ(row.body, expected.body);
  }
}

TEST(Error, UpstreamFailuresSayTheirReasonInDetailsAndBody) {
  const auto expect = [](ErrorKind kind, int status, std::string_view flag,
                         std::string_view details, std::string_view reason) {
    const ErrorRow& row = RowFor(kind);
    EXPECT_EQ(row.status, status) << reason;
    EXPECT_EQ(NamesOf(row.response_flag).letters, flag) << reason;
    EXPECT_EQ(row.details, "upstream_reset_before_response_started{" + std::string(details) + "}");
    EXPECT_EQ(row.body, std::string(kReset) + std::string(reason));
  };
  expect(ErrorKind::kUpstreamOverflow, 503, "UO", "overflow", "overflow");
  expect(ErrorKind::kConnectFailure, 503, "UF", "remote_connection_failure",
         "remote connection failure");
  expect(ErrorKind::kConnectTimeout, 503, "UF", "connection_timeout", "connection timeout");
  expect(ErrorKind::kUpstreamReset, 503, "UC", "connection_termination", "connection termination");
  expect(ErrorKind::kUpstreamProtocolError, 502, "UPE", "protocol_error", "protocol error");
}

}  // namespace
}  // namespace outrigger::http
