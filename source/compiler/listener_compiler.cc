#include "compiler/listener_compiler.h"

#include <fmt/format.h>

#include "compiler/any_content.h"
#include "compiler/fragments.h"
#include "compiler/http2_options.h"
#include "compiler/http_filters.h"
#include "compiler/route_compiler.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "http/http_stats.h"
#include "snapshot/listener_stats.h"

namespace outrigger::compiler {

namespace {

using ListenerProto = envoy::config::listener::v3::Listener;
using ChainProto = envoy::config::listener::v3::FilterChain;
using Hcm = HttpConnectionManagerProto;
using HttpOptionsProto = envoy::config::core::v3::HttpProtocolOptions;

// One Listener being compiled.
class ListenerCompiler {
 public:
  ListenerCompiler(const ListenerProto& proto, stats::Registry& stats, ValidationErrors& errors)
      : proto_(proto), stats_(stats), errors_(errors) {}

  std::shared_ptr<const ListenerConfig> Compile();

 private:
  void CompileAddressAndSocket(ListenerConfig& listener);
  void CheckInterception();
  void CompileOnlyChain(FilterChain& chain);
  void CompileChain(const ChainProto& proto, FilterChain& chain);
  void CompileHcm(const Hcm& proto, HttpOptions& http);
  void CompileCodec(const Hcm& proto, HttpOptions& http);
  void CompileLimits(const Hcm& proto, HttpOptions& http);
  void CheckPathRules(const Hcm& proto);
  void CompileRouteSource(const Hcm& proto, HttpOptions& http);
  void RefuseIfTrue(bool value, std::string_view field, std::string_view reason);

  const ListenerProto& proto_;
  stats::Registry& stats_;
  ValidationErrors& errors_;
};

std::shared_ptr<const ListenerConfig> ListenerCompiler::Compile() {
  auto listener = std::make_shared<ListenerConfig>();
  listener->name = proto_.name();
  CompileAddressAndSocket(*listener);
  CheckInterception();
  if (proto_.traffic_direction() == envoy::config::core::v3::INBOUND) {
    listener->direction = TrafficDirection::kInbound;
  } else if (proto_.traffic_direction() == envoy::config::core::v3::OUTBOUND) {
    listener->direction = TrafficDirection::kOutbound;
  }
  for (int i = 0; i < proto_.listener_filters_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors_, "listener_filters", static_cast<size_t>(i));
    CheckListenerFilter(proto_.listener_filters(i), errors_);
  }
  CompileOnlyChain(listener->chain);
  if (!errors_.ok()) return nullptr;
  listener->stats =
      stats_.Find(kListenerFamily, proto_.stat_prefix().empty() ? listener->address.ToString()
                                                                : proto_.stat_prefix());
  HttpOptions& http = listener->chain.http;
  http.stats = stats_.Find(http::kHttpFamily, http.stat_prefix);
  return listener;
}

void ListenerCompiler::CompileAddressAndSocket(ListenerConfig& listener) {
  {
    const ValidationErrors::ScopedField scope(errors_, "address");
    if (!proto_.has_address()) errors_.Add("is required");
    listener.address = CompileAddress(proto_.address(), errors_);
  }
  if (proto_.has_per_connection_buffer_limit_bytes()) {
    listener.buffer_bytes_high = proto_.per_connection_buffer_limit_bytes().value();
  }
  if (proto_.has_tcp_backlog_size()) listener.backlog = proto_.tcp_backlog_size().value();
}

void ListenerCompiler::RefuseIfTrue(bool value, std::string_view field, std::string_view reason) {
  if (!value) return;
  const ValidationErrors::ScopedField scope(errors_, field);
  errors_.Add(fmt::format("is not supported: {}", reason));
}

void ListenerCompiler::CheckInterception() {
  constexpr std::string_view kNoInterception = "interception is not supported yet";
  RefuseIfTrue(proto_.use_original_dst().value(), "use_original_dst", kNoInterception);
  RefuseIfTrue(proto_.transparent().value(), "transparent", kNoInterception);
  // Without a socket a listener serves what others hand over, which nobody does yet.
  RefuseIfTrue(proto_.has_bind_to_port() && !proto_.bind_to_port().value(), "bind_to_port",
               kNoInterception);
  const auto& old = proto_.deprecated_v1();
  RefuseIfTrue(old.has_bind_to_port() && !old.bind_to_port().value(), "deprecated_v1.bind_to_port",
               kNoInterception);
}

void ListenerCompiler::CompileOnlyChain(FilterChain& chain) {
  const int count = proto_.filter_chains_size() + (proto_.has_default_filter_chain() ? 1 : 0);
  if (count != 1) {
    const ValidationErrors::ScopedField scope(errors_, "filter_chains");
    errors_.Add(fmt::format("must have exactly one element so far, has {}", count));
  } else if (proto_.has_default_filter_chain()) {
    const ValidationErrors::ScopedField scope(errors_, "default_filter_chain");
    CompileChain(proto_.default_filter_chain(), chain);
  } else {
    const ValidationErrors::ScopedField scope(errors_, "filter_chains", 0);
    CompileChain(proto_.filter_chains(0), chain);
  }
}

void ListenerCompiler::CompileChain(const ChainProto& proto, FilterChain& chain) {
  chain.name = proto.name();
  if (proto.has_transport_socket()) CheckTransportSocket(proto.transport_socket(), errors_);
  RefuseIfTrue(proto.use_proxy_proto().value(), "use_proxy_proto",
               "the PROXY protocol is not supported yet");
  const int last = proto.filters_size() - 1;
  if (last < 0) {
    const ValidationErrors::ScopedField scope(errors_, "filters");
    errors_.Add("must end with an HTTP connection manager");
    return;
  }
  for (int i = 0; i < last; ++i) {
    const ValidationErrors::ScopedField scope(errors_, "filters", static_cast<size_t>(i));
    CheckNetworkFilter(proto.filters(i), errors_);
  }
  const ValidationErrors::ScopedField scope(errors_, "filters", static_cast<size_t>(last));
  const ValidationErrors::ScopedField field(errors_, "typed_config");
  const auto& any = proto.filters(last).typed_config();
  const auto content = UnpackAny(any);
  const auto* hcm = dynamic_cast<const Hcm*>(content.get());
  if (hcm != nullptr) {
    const ValidationErrors::ScopedField type(errors_, fmt::format("{{{}}}", hcm->GetTypeName()));
    CompileHcm(*hcm, chain.http);
  } else if (InnerTypeName(any) == Hcm::descriptor()->full_name()) {
    errors_.Add(fmt::format("{} cannot be read", DescribeAny(any)));
  } else {
    errors_.Add(
        fmt::format("{} is not supported yet: must be HttpConnectionManager", DescribeAny(any)));
  }
}

void ListenerCompiler::CompileHcm(const Hcm& proto, HttpOptions& http) {
  http.stat_prefix = proto.stat_prefix();
  if (!proto.server_name().empty()) http.server_name = proto.server_name();
  if (proto.has_generate_request_id()) {
    http.generates_request_id = proto.generate_request_id().value();
  }
  http.uses_remote_address = proto.use_remote_address().value();
  CompileCodec(proto, http);
  CompileLimits(proto, http);
  CheckPathRules(proto);
  CompileRouteSource(proto, http);
  CheckHttpFilters(proto, errors_);
}

void ListenerCompiler::CompileCodec(const Hcm& proto, HttpOptions& http) {
  if (proto.codec_type() == Hcm::HTTP1) http.codec = CodecType::kHttp1;
  if (proto.codec_type() == Hcm::HTTP2) http.codec = CodecType::kHttp2;
  CompileHttp2Options(proto.http2_protocol_options(), http.http2);
  if (proto.codec_type() != Hcm::HTTP3) return;
  const ValidationErrors::ScopedField scope(errors_, "codec_type");
  errors_.Add(fmt::format("{} is not supported yet", Hcm::CodecType_Name(proto.codec_type())));
}

void ListenerCompiler::CompileLimits(const Hcm& proto, HttpOptions& http) {
  if (proto.has_max_request_headers_kb()) {
    http.head_bytes_max = size_t{proto.max_request_headers_kb().value()} * 1024;
  }
  const HttpOptionsProto& common = proto.common_http_protocol_options();
  if (common.has_max_headers_count()) http.fields_max = common.max_headers_count().value();
  if (common.has_idle_timeout()) http.idle_timeout = ToDuration(common.idle_timeout());
  if (proto.has_stream_idle_timeout()) {
    http.stream_idle_timeout = ToDuration(proto.stream_idle_timeout());
  }
  if (proto.has_request_timeout()) http.request_timeout = ToDuration(proto.request_timeout());
  if (proto.has_request_headers_timeout()) {
    http.request_head_timeout = ToDuration(proto.request_headers_timeout());
  }
  if (proto.has_drain_timeout()) http.drain_timeout = ToDuration(proto.drain_timeout());
}

// Routes decide by path and by header: they must see what the configuration says they see.
void ListenerCompiler::CheckPathRules(const Hcm& proto) {
  RefuseIfTrue(proto.normalize_path().value(), "normalize_path",
               "requests would be routed by a path that was not normalised");
  if (proto.path_with_escaped_slashes_action() != Hcm::IMPLEMENTATION_SPECIFIC_DEFAULT &&
      proto.path_with_escaped_slashes_action() != Hcm::KEEP_UNCHANGED) {
    const ValidationErrors::ScopedField scope(errors_, "path_with_escaped_slashes_action");
    errors_.Add("must be KEEP_UNCHANGED so far");
  }
  if (proto.common_http_protocol_options().headers_with_underscores_action() !=
      HttpOptionsProto::ALLOW) {
    const ValidationErrors::ScopedField scope(
        errors_, "common_http_protocol_options.headers_with_underscores_action");
    errors_.Add("must be ALLOW so far");
  }
}

void ListenerCompiler::CompileRouteSource(const Hcm& proto, HttpOptions& http) {
  if (proto.has_route_config()) {
    const ValidationErrors::ScopedField scope(errors_, "route_config");
    http.inline_routes = CompileRoutes(proto.route_config(), errors_);
    return;
  }
  if (!proto.has_rds()) return;  // the validation rules or the field table have said why
  const ValidationErrors::ScopedField scope(errors_, "rds");
  http.route_table_name = proto.rds().route_config_name();
  if (http.route_table_name.empty()) {
    const ValidationErrors::ScopedField field(errors_, "route_config_name");
    errors_.Add("is required");
  }
  if (proto.rds().has_config_source() && !proto.rds().config_source().has_ads()) {
    const ValidationErrors::ScopedField field(errors_, "config_source");
    errors_.Add("must be ads");
  }
}

}  // namespace

std::shared_ptr<const ListenerConfig> CompileListener(const ListenerProto& proto,
                                                      stats::Registry& stats,
                                                      ValidationErrors& errors) {
  return ListenerCompiler(proto, stats, errors).Compile();
}

}  // namespace outrigger::compiler
