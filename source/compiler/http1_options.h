// Http1ProtocolOptions of either side, as values.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "envoy/config/core/v3/protocol.pb.h"
#include "http/http1/options.h"

namespace outrigger::compiler {

void CompileHttp1Options(const envoy::config::core::v3::Http1ProtocolOptions& proto,
                         http::http1::Options& options, ValidationErrors& errors);

}  // namespace outrigger::compiler
