// Loggers that send entries to an access log service: HttpGrpcAccessLogConfig and
// TcpGrpcAccessLogConfig -> ServiceLog, or every mistake by field path.
//
// Which cluster the service is in is no mistake, whatever it is: it may come, and go. Thread:
// control.
#pragma once

#include "base/validation_errors.h"
#include "compiler/environment.h"
#include "snapshot/access_log.h"

namespace envoy::extensions::access_loggers::grpc::v3 {
class HttpGrpcAccessLogConfig;
class TcpGrpcAccessLogConfig;
}  // namespace envoy::extensions::access_loggers::grpc::v3

namespace outrigger::compiler {

ServiceLog CompileGrpcLog(
    const envoy::extensions::access_loggers::grpc::v3::HttpGrpcAccessLogConfig& proto,
    const CompileEnvironment& environment, ValidationErrors& errors);
ServiceLog CompileGrpcLog(
    const envoy::extensions::access_loggers::grpc::v3::TcpGrpcAccessLogConfig& proto,
    const CompileEnvironment& environment, ValidationErrors& errors);

}  // namespace outrigger::compiler
