#include "compiler/hcm_compiler.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/any_content.h"
#include "compiler/config_source.h"
#include "compiler/fragments.h"
#include "compiler/http1_options.h"
#include "compiler/http2_options.h"
#include "compiler/local_reply_compiler.h"
#include "compiler/request_rules_compiler.h"
#include "compiler/route_compiler.h"
#include "compiler/scope_compiler.h"
#include "compiler/upgrade_compiler.h"
#include "envoy/extensions/request_id/uuid/v3/uuid.pb.h"

namespace outrigger::compiler {

namespace {

using Hcm = HttpConnectionManagerProto;
using UuidProto = envoy::extensions::request_id::uuid::v3::UuidRequestIdConfig;
using HttpOptionsProto = envoy::config::core::v3::HttpProtocolOptions;

constexpr Duration kEdgeHeadTimeout = std::chrono::seconds(10);  // R23

// One connection manager being compiled.
class HcmCompiler {
 public:
  HcmCompiler(const Hcm& proto, const HcmContext& context, ValidationErrors& errors)
      : proto_(proto), context_(context), errors_(errors) {}

  HttpOptions Compile();

 private:
  void CompileCodec(HttpOptions& http);
  void CompileHttp1(HttpOptions& http);
  void CompileLimits(HttpOptions& http);
  void CompileConnectionLimits(HttpOptions& http);
  ResponseRules CompileResponse() const;
  void CompileRouteSource(HttpOptions& http);
  void CheckRequestIds();

  const Hcm& proto_;
  const HcmContext& context_;
  ValidationErrors& errors_;
};

HttpOptions HcmCompiler::Compile() {
  HttpOptions http;
  http.stat_prefix = proto_.stat_prefix();
  CompileCodec(http);
  CompileHttp1(http);
  http.upgrades = CompileUpgrades(proto_.upgrade_configs(), errors_);
  CompileLimits(http);
  CompileConnectionLimits(http);
  http.request = CompileRequestRules(proto_, context_.is_edge, errors_);
  http.response = CompileResponse();
  CompileRouteSource(http);
  if (proto_.has_local_reply_config()) {
    const ValidationErrors::ScopedField scope(errors_, "local_reply_config");
    http.local_replies = CompileLocalReplies(proto_.local_reply_config(), errors_);
  }
  CheckRequestIds();
  http.filters = CompileHttpFilters(
      proto_,
      {{proto_.stat_prefix(), context_.stats, context_.environment.service_cluster,
        &context_.environment.stream_clusters},
       context_.discovered_filters,
       context_.environment.stream_clusters},
      errors_);
  http.suppresses_envoy_headers = SuppressesEnvoyHeaders(proto_);
  http.has_formatting_filter =
      std::any_of(http.filters.begin(), http.filters.end(),
                  [](const auto& filter) { return MayBe(filter, FilterKind::kHeaderMutation); });
  http.fetches_clusters =
      std::any_of(http.filters.begin(), http.filters.end(),
                  [](const auto& filter) { return MayBe(filter, FilterKind::kOnDemand); });
  http.has_naming_filter =
      std::any_of(http.filters.begin(), http.filters.end(), [](const auto& filter) {
        if (filter.discovery != nullptr) {
          return MayBe(filter, FilterKind::kHealthCheck) || MayBe(filter, FilterKind::kOnDemand);
        }
        return filter.config != nullptr && filter.config->names_clusters();
      });
  return http;
}

void HcmCompiler::CompileCodec(HttpOptions& http) {
  if (proto_.codec_type() == Hcm::HTTP1) http.codec = CodecType::kHttp1;
  if (proto_.codec_type() == Hcm::HTTP2) http.codec = CodecType::kHttp2;
  http::http2::Options http2;
  CompileHttp2Options(proto_.http2_protocol_options(), http2);
  http.http2 = http2;
  if (proto_.codec_type() != Hcm::HTTP3) return;
  const ValidationErrors::ScopedField scope(errors_, "codec_type");
  errors_.Add(fmt::format("{} is not supported yet", Hcm::CodecType_Name(proto_.codec_type())));
}

void HcmCompiler::CompileHttp1(HttpOptions& http) {
  const ValidationErrors::ScopedField scope(errors_, "http_protocol_options");
  const auto& options = proto_.http_protocol_options();
  http.accepts_http10 = options.accept_http_10();
  http.default_host_for_http10 = options.default_host_for_http_10();
  CompileHttp1Options(options, http.http1, errors_);
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
  if (proto_.has_stream_flush_timeout()) {
    http.stream_flush_timeout = ToDuration(proto_.stream_flush_timeout());
  }
  if (proto_.has_request_timeout()) http.request_timeout = ToDuration(proto_.request_timeout());
  if (proto_.has_request_headers_timeout()) {
    http.request_head_timeout = ToDuration(proto_.request_headers_timeout());
  } else if (context_.is_edge) {
    http.request_head_timeout = kEdgeHeadTimeout;
  }
  if (proto_.has_drain_timeout()) http.drain_timeout = ToDuration(proto_.drain_timeout());
}

void HcmCompiler::CompileConnectionLimits(HttpOptions& http) {
  const HttpOptionsProto& common = proto_.common_http_protocol_options();
  http.connection_requests_max = common.max_requests_per_connection().value();
  if (common.has_max_connection_duration()) {
    http.connection_duration_max = ToDuration(common.max_connection_duration());
  }
  if (common.has_max_stream_duration()) {
    http.stream_duration_max = ToDuration(common.max_stream_duration());
  }
  if (proto_.has_delayed_close_timeout()) {
    http.delayed_close_timeout = ToDuration(proto_.delayed_close_timeout());
  }
}

ResponseRules HcmCompiler::CompileResponse() const {
  ResponseRules rules;
  if (!proto_.server_name().empty()) rules.server_name = proto_.server_name();
  if (proto_.server_header_transformation() == Hcm::APPEND_IF_ABSENT) {
    rules.server = ServerHeader::kAddIfAbsent;
  }
  if (proto_.server_header_transformation() == Hcm::PASS_THROUGH) {
    rules.server = ServerHeader::kPass;
  }
  rules.tells_request_id = proto_.always_set_request_id_in_response();
  return rules;
}

void HcmCompiler::CompileRouteSource(HttpOptions& http) {
  if (proto_.has_route_config()) {
    const ValidationErrors::ScopedField scope(errors_, "route_config");
    http.inline_routes = CompileInlineRoutes(proto_.route_config(), context_.environment, errors_);
    return;
  }
  if (proto_.has_scoped_routes()) {
    const ValidationErrors::ScopedField scope(errors_, "scoped_routes");
    http.scoped_routes = CompileScopedRoutes(proto_.scoped_routes(), context_.environment, errors_);
    return;
  }
  if (!proto_.has_rds()) return;  // the validation rules or the field table have said why
  const ValidationErrors::ScopedField scope(errors_, "rds");
  http.route_table_name = proto_.rds().route_config_name();
  if (http.route_table_name.empty()) {
    const ValidationErrors::ScopedField field(errors_, "route_config_name");
    errors_.Add("is required");
  }
  if (!proto_.rds().has_config_source()) return;  // the validation rules have said so
  const ValidationErrors::ScopedField field(errors_, "config_source");
  http.routes_source = CompileConfigSource(proto_.rds().config_source(),
                                           context_.environment.stream_clusters, errors_);
  http.routes_wait_max = FetchTimeoutOf(proto_.rds().config_source());
}

void HcmCompiler::CheckRequestIds() {
  if (!proto_.has_request_id_extension()) return;
  const google::protobuf::Any& extension = proto_.request_id_extension().typed_config();
  if (InnerTypeName(extension) == UuidProto::descriptor()->full_name()) return;
  const ValidationErrors::ScopedField scope(errors_, "request_id_extension");
  const ValidationErrors::ScopedField field(errors_, "typed_config");
  errors_.Add(fmt::format("{} is not supported: request ids are UUIDs", DescribeAny(extension)));
}

}  // namespace

HttpOptions CompileHcm(const Hcm& proto, const HcmContext& context, ValidationErrors& errors) {
  return HcmCompiler(proto, context, errors).Compile();
}

}  // namespace outrigger::compiler
