#include "compiler/grpc_log_compiler.h"

#include <google/protobuf/repeated_ptr_field.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <utility>

#include "compiler/fragments.h"
#include "compiler/grpc_service_compiler.h"
#include "envoy/extensions/access_loggers/grpc/v3/als.pb.h"
#include "logging/access_log_services.h"

namespace outrigger::compiler {

namespace {

using envoy::extensions::access_loggers::grpc::v3::CommonGrpcAccessLogConfig;
using envoy::extensions::access_loggers::grpc::v3::HttpGrpcAccessLogConfig;
using envoy::extensions::access_loggers::grpc::v3::TcpGrpcAccessLogConfig;
using envoy::type::tracing::v3::CustomTag;
using logging::AccessLogService;
using logging::AccessLogServiceOptions;
using logging::EntryTag;
using logging::FieldName;

using Names = google::protobuf::RepeatedPtrField<std::string>;

std::vector<FieldName> FieldNamesOf(const Names& names) {
  std::vector<FieldName> fields;
  for (const std::string& name : names) {
    FieldName field = FieldName::Of(name);
    // As a key of a map it stands there once.
    if (std::find(fields.begin(), fields.end(), field) == fields.end()) {
      fields.push_back(std::move(field));
    }
  }
  return fields;
}

// Where it is not set, the default.
std::string FromEnvironment(const CustomTag::Environment& proto) {
  const char* value =
      std::getenv(proto.name().c_str());  // NOLINT(concurrency-mt-unsafe): control only
  return value == nullptr ? proto.default_value() : value;
}

std::vector<EntryTag> EntryTagsOf(const CommonGrpcAccessLogConfig& proto) {
  std::vector<EntryTag> tags;
  for (const CustomTag& tag : proto.custom_tags()) {
    switch (tag.type_case()) {
      case CustomTag::kLiteral:
        tags.push_back({tag.tag(), {}, tag.literal().value()});
        break;
      case CustomTag::kEnvironment:
        tags.push_back({tag.tag(), {}, FromEnvironment(tag.environment())});
        break;
      case CustomTag::kRequestHeader:
        tags.push_back({tag.tag(), FieldName::Of(tag.request_header().name()),
                        tag.request_header().default_value()});
        break;
      case CustomTag::kMetadata:
      case CustomTag::kValue:
      case CustomTag::TYPE_NOT_SET:
        break;  // listed as without effect, or refused by the validation rules
    }
  }
  return tags;
}

AccessLogServiceOptions ServiceOptionsOf(logging::EntryKind kind,
                                         const CommonGrpcAccessLogConfig& proto,
                                         ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "common_config");
  if (proto.transport_api_version() == envoy::config::core::v3::V2) {
    const ValidationErrors::ScopedField field(errors, "transport_api_version");
    errors.Add("must be V3");
  }
  {
    const ValidationErrors::ScopedField field(errors, "grpc_service");
    GrpcTarget unused;  // made again where it is called
    CompileGrpcService(proto.grpc_service(), unused, errors);
  }
  AccessLogServiceOptions options;
  options.kind = kind;
  options.grpc_service = proto.grpc_service().SerializeAsString();
  options.log_name = proto.log_name();
  if (proto.has_buffer_flush_interval()) {
    options.flush_interval = ToDuration(proto.buffer_flush_interval());
  }
  if (proto.has_buffer_size_bytes()) {
    options.batch_bytes =
        std::min<size_t>(proto.buffer_size_bytes().value(), AccessLogService::kBatchBytesMax);
  }
  return options;
}

template <typename Proto>
ServiceLog CompileLogOf(logging::EntryKind kind, const Proto& proto,
                        const CompileEnvironment& environment, ValidationErrors& errors) {
  const AccessLogServiceOptions options = ServiceOptionsOf(kind, proto.common_config(), errors);
  ServiceLog log;
  log.form.kind = kind;
  log.form.tags = EntryTagsOf(proto.common_config());
  if (environment.access_log_services != nullptr && errors.ok()) {
    log.service = environment.access_log_services->Find(options);
  }
  return log;
}

}  // namespace

ServiceLog CompileGrpcLog(const HttpGrpcAccessLogConfig& proto,
                          const CompileEnvironment& environment, ValidationErrors& errors) {
  ServiceLog log = CompileLogOf(logging::EntryKind::kHttp, proto, environment, errors);
  log.form.request_fields = FieldNamesOf(proto.additional_request_headers_to_log());
  log.form.response_fields = FieldNamesOf(proto.additional_response_headers_to_log());
  log.form.trailer_fields = FieldNamesOf(proto.additional_response_trailers_to_log());
  return log;
}

ServiceLog CompileGrpcLog(const TcpGrpcAccessLogConfig& proto,
                          const CompileEnvironment& environment, ValidationErrors& errors) {
  return CompileLogOf(logging::EntryKind::kTcp, proto, environment, errors);
}

}  // namespace outrigger::compiler
