// What becomes of the fields of access logs.
//
// Thread: any (constants).
#pragma once

#include "compiler/field_rules_shared.h"

namespace outrigger::compiler::logging_fields {

using enum FieldUse;

inline constexpr std::string_view kLog = "envoy.config.accesslog.v3.AccessLog";
inline constexpr std::string_view kFilter = "envoy.config.accesslog.v3.AccessLogFilter";
inline constexpr std::string_view kRuntime = "envoy.config.accesslog.v3.RuntimeFilter";
inline constexpr std::string_view kFormat = "envoy.config.core.v3.SubstitutionFormatString";
inline constexpr std::string_view kFile = "envoy.extensions.access_loggers.file.v3.FileAccessLog";
inline constexpr std::string_view kHttpGrpc =
    "envoy.extensions.access_loggers.grpc.v3.HttpGrpcAccessLogConfig";
inline constexpr std::string_view kGrpc =
    "envoy.extensions.access_loggers.grpc.v3.CommonGrpcAccessLogConfig";
inline constexpr std::string_view kTag = "envoy.type.tracing.v3.CustomTag";

inline constexpr FieldRule kRules[] = {
    {kLog, "name", kHandled},
    {kLog, "filter", kHandled},
    {kLog, "typed_config", kHandled},
    {kFilter, "status_code_filter", kHandled},
    {kFilter, "duration_filter", kHandled},
    {kFilter, "not_health_check_filter", kHandled},
    {kFilter, "traceable_filter", kRejected, "tracing is not supported yet"},
    {kFilter, "runtime_filter", kHandled},
    {kFilter, "and_filter", kHandled},
    {kFilter, "or_filter", kHandled},
    {kFilter, "header_filter", kHandled},
    {kFilter, "response_flag_filter", kHandled},
    {kFilter, "grpc_status_filter", kHandled},
    {kFilter, "extension_filter", kHandled},
    {kFilter, "metadata_filter", kHandled},
    {"envoy.config.accesslog.v3.MetadataFilter", "matcher", kHandled},
    {"envoy.config.accesslog.v3.MetadataFilter", "match_if_key_not_found", kHandled},
    {kFilter, "log_type_filter", kHandled},
    {"envoy.config.accesslog.v3.AndFilter", "filters", kHandled},
    {"envoy.config.accesslog.v3.OrFilter", "filters", kHandled},
    {"envoy.config.accesslog.v3.StatusCodeFilter", "comparison", kHandled},
    {"envoy.config.accesslog.v3.DurationFilter", "comparison", kHandled},
    {"envoy.config.accesslog.v3.ComparisonFilter", "op", kHandled},
    {"envoy.config.accesslog.v3.ComparisonFilter", "value", kHandled},
    {"envoy.config.core.v3.RuntimeUInt32", "default_value", kHandled},
    {"envoy.config.core.v3.RuntimeUInt32", "runtime_key", kIgnored, "there is no runtime"},
    {kRuntime, "runtime_key", kIgnored, "there is no runtime"},
    {kRuntime, "percent_sampled", kHandled},
    {kRuntime, "use_independent_randomness", kHandled},
    {"envoy.config.accesslog.v3.HeaderFilter", "header", kHandled},
    {"envoy.config.accesslog.v3.ResponseFlagFilter", "*", kHandled},
    {"envoy.config.accesslog.v3.GrpcStatusFilter", "*", kHandled},
    {"envoy.config.accesslog.v3.LogTypeFilter", "*", kHandled},
    {"envoy.config.accesslog.v3.ExtensionFilter", "*", kHandled},
    {kFormat, "text_format", kHandled},
    {kFormat, "json_format", kHandled},
    {kFormat, "text_format_source", kHandled},
    {kFormat, "omit_empty_values", kHandled},
    {kFormat, "content_type", kHandled},
    {kFormat, "formatters", kHandled},
    {kFormat, "json_format_options", kIgnored, "keys are always sorted"},
    {kFile, "path", kHandled},
    {kFile, "format", kHandled},
    {kFile, "json_format", kHandled},
    {kFile, "typed_json_format", kHandled},
    {kFile, "log_format", kHandled},
    {"envoy.extensions.access_loggers.stream.v3.StdoutAccessLog", "log_format", kHandled},
    {"envoy.extensions.access_loggers.stream.v3.StderrAccessLog", "log_format", kHandled},
    {kHttpGrpc, "common_config", kHandled},
    {kHttpGrpc, "additional_request_headers_to_log", kHandled},
    {kHttpGrpc, "additional_response_headers_to_log", kHandled},
    {kHttpGrpc, "additional_response_trailers_to_log", kHandled},
    {"envoy.extensions.access_loggers.grpc.v3.TcpGrpcAccessLogConfig", "common_config", kHandled},
    {kGrpc, "log_name", kHandled},
    {kGrpc, "grpc_service", kHandled},
    {kGrpc, "transport_api_version", kHandled},
    {kGrpc, "buffer_flush_interval", kHandled},
    {kGrpc, "buffer_size_bytes", kHandled},
    {kGrpc, "custom_tags", kHandled},
    {kGrpc, "filter_state_objects_to_log", kIgnored, "there is no filter state"},
    {kGrpc, "grpc_stream_retry_policy", kIgnored,
     "streams are opened again for ever, as envoy_grpc.retry_policy says"},
    {kTag, "tag", kHandled},
    {kTag, "literal", kHandled},
    {kTag, "environment", kHandled},
    {kTag, "request_header", kHandled},
    {kTag, "metadata", kIgnored, "left out: entries have all of the metadata"},
    {kTag, "value", kIgnored, kNotYet},
    {"envoy.type.tracing.v3.CustomTag.Literal", "*", kHandled},
    {"envoy.type.tracing.v3.CustomTag.Environment", "*", kHandled},
    {"envoy.type.tracing.v3.CustomTag.Header", "*", kHandled},
};

}  // namespace outrigger::compiler::logging_fields
