#include "compiler/http2_options.h"

#include <algorithm>
#include <cstdint>

#include "compiler/fragments.h"

namespace outrigger::compiler {

namespace {

using Options = http::http2::Options;
using Http2Proto = envoy::config::core::v3::Http2ProtocolOptions;

// What is stated holds; else a stream's window grows with its use, within the connection's.
void CompileWindows(const Http2Proto& proto, Options& options) {
  if (proto.has_initial_connection_window_size()) {
    options.connection_window_bytes = proto.initial_connection_window_size().value();
  }
  if (proto.has_initial_stream_window_size()) {
    options.stream_window_bytes = proto.initial_stream_window_size().value();
    options.stream_window_bytes_max = options.stream_window_bytes;
  } else {
    options.stream_window_bytes_max =
        std::min(options.stream_window_bytes_max, options.connection_window_bytes);
  }
}

void CompileKeepalive(const envoy::config::core::v3::KeepaliveSettings& proto,
                      http::http2::KeepaliveOptions& options) {
  constexpr double kJitterPercent = 15;  // the API's default
  options.timeout = ToDuration(proto.timeout());
  // Far beyond any use, and still a time when the jitter is added.
  options.interval = std::min(ToDuration(proto.interval()), Duration::max() / 4);
  options.idle_interval = ToDuration(proto.connection_idle_interval());
  const double percent =
      proto.has_interval_jitter() ? proto.interval_jitter().value() : kJitterPercent;
  options.interval_jitter =
      Duration(static_cast<int64_t>(static_cast<double>(options.interval.count()) * percent / 100));
}

}  // namespace

void CompileHttp2Options(const Http2Proto& proto, Options& options) {
  if (proto.has_max_concurrent_streams()) {
    options.streams_max = proto.max_concurrent_streams().value();
  }
  CompileWindows(proto, options);
  if (proto.has_connection_keepalive()) {
    CompileKeepalive(proto.connection_keepalive(), options.keepalive);
  }
  options.allows_connect = proto.allow_connect();
  if (proto.has_hpack_table_size()) options.header_table_bytes = proto.hpack_table_size().value();
}

}  // namespace outrigger::compiler
