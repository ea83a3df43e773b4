// envoy.config.accesslog.v3.AccessLogFilter -> AccessLogFilter, or every mistake by field path.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "envoy/config/accesslog/v3/accesslog.pb.h"
#include "snapshot/access_log_filter.h"

namespace outrigger::compiler {

AccessLogFilter CompileAccessLogFilter(const envoy::config::accesslog::v3::AccessLogFilter& proto,
                                       ValidationErrors& errors);

}  // namespace outrigger::compiler
