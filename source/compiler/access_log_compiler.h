// access_log of connection managers, TCP proxies and listeners -> AccessLogs, or every mistake by
// field path.
//
// Loggers that write to files, stdout and stderr, and those that send entries to a gRPC service;
// others are accepted without effect, since what is not logged changes no traffic. Thread: control.
#pragma once

#include <google/protobuf/repeated_field.h>

#include "base/validation_errors.h"
#include "compiler/environment.h"
#include "envoy/config/accesslog/v3/accesslog.pb.h"
#include "snapshot/access_log.h"

namespace outrigger::compiler {

using AccessLogProtos = google::protobuf::RepeatedPtrField<envoy::config::accesslog::v3::AccessLog>;

// At the field `access_log` of the current path.
AccessLogs CompileAccessLogs(const AccessLogProtos& protos, const CompileEnvironment& environment,
                             ValidationErrors& errors);

}  // namespace outrigger::compiler
