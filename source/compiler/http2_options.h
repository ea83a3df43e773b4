// Http2ProtocolOptions of either side, as values.
//
// Thread: control.
#pragma once

#include "envoy/config/core/v3/protocol.pb.h"
#include "http/http2/options.h"

namespace outrigger::compiler {

// What is not set keeps the value that `options` has. Ranges are the validation rules'.
void CompileHttp2Options(const envoy::config::core::v3::Http2ProtocolOptions& proto,
                         http::http2::Options& options);

}  // namespace outrigger::compiler
