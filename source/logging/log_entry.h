// What there is to say about one exchange or one TCP connection, as values and views: filled by
// whoever ends it, read by formats and filters.
//
// Everything pointed to outlives the line. What is not there (an empty text, an unset address, no
// value) is written as "-" or null. Thread: worker (a value).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "http/grpc_frames.h"
#include "http/message.h"
#include "http/metadata.h"
#include "http/response_flag.h"
#include "net/address.h"
#include "net/transport.h"

namespace outrigger::logging {

// %ACCESS_LOG_TYPE%, by the numbers of envoy.data.accesslog.v3.AccessLogType; lines are written at
// the end only.
enum class LogType : uint8_t { kNotSet = 0, kTcpConnectionEnd = 3, kDownstreamEnd = 6 };

struct LogEntry {
  LogType type = LogType::kNotSet;
  // Null: there was no request (TCP), or none that could be read.
  const http::RequestHead* request = nullptr;
  const http::ResponseHead* response = nullptr;
  const http::HeaderMap* response_trailers = nullptr;
  std::string_view protocol;  // "HTTP/1.1"

  WallTime started_at{};
  Duration took{};
  // Since the start: the last byte of the request, the first one of the upstream's response.
  std::optional<Duration> request_took;
  std::optional<Duration> response_took;
  // Likewise: the first and the last byte for the upstream, the last one of its response, the first
  // and the last one for the client.
  std::optional<Duration> forwarding_began;
  std::optional<Duration> forwarding_ended;
  std::optional<Duration> response_ended;
  std::optional<Duration> reply_began;
  std::optional<Duration> reply_ended;

  uint16_t status = 0;
  http::ResponseFlags flags;
  bool is_health_check = false;
  const http::Metadata* metadata = nullptr;      // what filters have noted; null: nothing
  const http::GrpcMessages* messages = nullptr;  // null: nobody has counted any
  std::string_view details;
  std::string_view termination_details;
  std::string_view upstream_failure;
  std::string_view downstream_failure;  // of the handshake with the client
  uint64_t bytes_received = 0;
  uint64_t bytes_sent = 0;

  uint32_t attempts = 0;
  std::string_view upstream_cluster;
  Address upstream_host;
  Address upstream_local;
  Address downstream_local;
  Address downstream_remote;  // the client, as far as it is believed
  Address downstream_direct;  // the peer
  std::string_view server_name;
  std::string_view downstream_tls_version;
  std::string_view downstream_tls_cipher;
  uint16_t downstream_tls_suite = 0;                        // the cipher by its number
  const PeerCertificate* downstream_certificate = nullptr;  // null: it has shown none
  std::string_view upstream_tls_version;
  std::string_view upstream_tls_cipher;
  std::string_view route;
  std::string_view filter_chain;
  std::string_view reply_body;  // of an answer of ours, while it is being written
};

}  // namespace outrigger::logging
