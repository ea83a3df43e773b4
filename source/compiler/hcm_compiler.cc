#include "compiler/hcm_compiler.h"

#include <fmt/format.h>

#include "compiler/fragments.h"
#include "compiler/http2_options.h"
#include "compiler/route_compiler.h"

namespace outrigger::compiler {

namespace {

using Hcm = HttpConnectionManagerProto;
using HttpOptionsProto = envoy::config::core::v3::HttpProtocolOptions;

// One connection manager being compiled.
class HcmCompiler {
 public:
  HcmCompiler(const Hcm& proto, ValidationErrors& errors) : proto_(proto), errors_(errors) {}

  HttpOptions Compile();

 private:
  void CompileCodec(HttpOptions& http);
  void CompileLimits(HttpOptions& http);
  void CheckPathRules();
  void CompileRouteSource(HttpOptions& http);
  void RefuseIfTrue(bool value, std::string_view field, std::string_view reason);

  const Hcm& proto_;
  ValidationErrors& errors_;
};

HttpOptions HcmCompiler::Compile() {
  HttpOptions http;
  http.stat_prefix = proto_.stat_prefix();
  if (!proto_.server_name().empty()) http.server_name = proto_.server_name();
  if (proto_.has_generate_request_id()) {
    http.generates_request_id = proto_.generate_request_id().value();
  }
  http.uses_remote_address = proto_.use_remote_address().value();
  CompileCodec(http);
  CompileLimits(http);
  CheckPathRules();
  CompileRouteSource(http);
  CheckHttpFilters(proto_, errors_);
  return http;
}

void HcmCompiler::CompileCodec(HttpOptions& http) {
  if (proto_.codec_type() == Hcm::HTTP1) http.codec = CodecType::kHttp1;
  if (proto_.codec_type() == Hcm::HTTP2) http.codec = CodecType::kHttp2;
  CompileHttp2Options(proto_.http2_protocol_options(), http.http2);
  if (proto_.codec_type() != Hcm::HTTP3) return;
  const ValidationErrors::ScopedField scope(errors_, "codec_type");
  errors_.Add(fmt::format("{} is not supported yet", Hcm::CodecType_Name(proto_.codec_type())));
}

void HcmCompiler::CompileLimits(HttpOptions& http) {
  if (proto_.has_max_request_headers_kb()) {
    http.head_bytes_max = size_t{proto_.max_request_headers_kb().value()} * 1024;
  }
  const HttpOptionsProto& common = proto_.common_http_protocol_options();
  if (common.has_max_headers_count()) http.fields_max = common.max_headers_count().value();
  if (common.has_idle_timeout()) http.idle_timeout = ToDuration(common.idle_timeout());
  if (proto_.has_stream_idle_timeout()) {
    http.stream_idle_timeout = ToDuration(proto_.stream_idle_timeout());
  }
  if (proto_.has_request_timeout()) http.request_timeout = ToDuration(proto_.request_timeout());
  if (proto_.has_request_headers_timeout()) {
    http.request_head_timeout = ToDuration(proto_.request_headers_timeout());
  }
  if (proto_.has_drain_timeout()) http.drain_timeout = ToDuration(proto_.drain_timeout());
}

// Routes decide by path and by header: they must see what the configuration says they see.
void HcmCompiler::CheckPathRules() {
  RefuseIfTrue(proto_.normalize_path().value(), "normalize_path",
               "requests would be routed by a path that was not normalised");
  if (proto_.path_with_escaped_slashes_action() != Hcm::IMPLEMENTATION_SPECIFIC_DEFAULT &&
      proto_.path_with_escaped_slashes_action() != Hcm::KEEP_UNCHANGED) {
    const ValidationErrors::ScopedField scope(errors_, "path_with_escaped_slashes_action");
    errors_.Add("must be KEEP_UNCHANGED so far");
  }
  if (proto_.common_http_protocol_options().headers_with_underscores_action() !=
      HttpOptionsProto::ALLOW) {
    const ValidationErrors::ScopedField scope(
        errors_, "common_http_protocol_options.headers_with_underscores_action");
    errors_.Add("must be ALLOW so far");
  }
}

void HcmCompiler::CompileRouteSource(HttpOptions& http) {
  if (proto_.has_route_config()) {
    const ValidationErrors::ScopedField scope(errors_, "route_config");
    http.inline_routes = CompileRoutes(proto_.route_config(), errors_);
    return;
  }
  if (!proto_.has_rds()) return;  // the validation rules or the field table have said why
  const ValidationErrors::ScopedField scope(errors_, "rds");
  http.route_table_name = proto_.rds().route_config_name();
  if (http.route_table_name.empty()) {
    const ValidationErrors::ScopedField field(errors_, "route_config_name");
    errors_.Add("is required");
  }
  if (proto_.rds().has_config_source() && !proto_.rds().config_source().has_ads()) {
    const ValidationErrors::ScopedField field(errors_, "config_source");
    errors_.Add("must be ads");
  }
}

void HcmCompiler::RefuseIfTrue(bool value, std::string_view field, std::string_view reason) {
  if (!value) return;
  const ValidationErrors::ScopedField scope(errors_, field);
  errors_.Add(fmt::format("is not supported: {}", reason));
}

}  // namespace

HttpOptions CompileHcm(const Hcm& proto, ValidationErrors& errors) {
  return HcmCompiler(proto, errors).Compile();
}

}  // namespace outrigger::compiler
