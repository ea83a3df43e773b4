#include "compiler/http2_options.h"

namespace outrigger::compiler {

void CompileHttp2Options(const envoy::config::core::v3::Http2ProtocolOptions& proto,
                         http::http2::Options& options) {
  if (proto.has_max_concurrent_streams()) {
    options.streams_max = proto.max_concurrent_streams().value();
  }
  if (proto.has_initial_stream_window_size()) {
    options.stream_window_bytes = proto.initial_stream_window_size().value();
  }
  if (proto.has_initial_connection_window_size()) {
    options.connection_window_bytes = proto.initial_connection_window_size().value();
  }
  options.allows_connect = proto.allow_connect();
  if (proto.has_hpack_table_size()) options.header_table_bytes = proto.hpack_table_size().value();
}

}  // namespace outrigger::compiler
