#include "compiler/http_filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "compiler/any_content.h"
#include "compiler/fragments.h"
#include "envoy/extensions/filters/http/fault/v3/fault.pb.h"

namespace outrigger::compiler {

namespace {

using FaultProto = envoy::extensions::filters::http::fault::v3::HTTPFault;

constexpr std::string_view kRouter = "envoy.extensions.filters.http.router.v3.Router";
constexpr std::string_view kFault = "envoy.extensions.filters.http.fault.v3.HTTPFault";

// They observe, save bytes, or act only by configuration of routes, which is refused itself (CORS).
constexpr std::string_view kHarmlessHttpFilters[] = {
    "envoy.extensions.filters.http.compressor.v3.Compressor",
    "envoy.extensions.filters.http.cors.v3.Cors",
    "envoy.extensions.filters.http.grpc_stats.v3.FilterConfig",
    "envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec",
    "io.istio.http.peer_metadata.Config",
    "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig",
    "stats.PluginConfig",
};
constexpr std::string_view kHarmlessNetworkFilters[] = {
    "envoy.tcp.metadataexchange.config.MetadataExchange",
    "stats.PluginConfig",
};
// Nothing looks at what they find out as long as one chain takes everything, without TLS.
constexpr std::string_view kHarmlessListenerFilters[] = {
    "envoy.extensions.filters.listener.http_inspector.v3.HttpInspector",
    "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector",
};

template <typename Types>
bool HoldsAny(const Types& types, std::string_view type) {
  return std::find(std::begin(types), std::end(types), type) != std::end(types);
}

// A fault filter that injects nothing.
bool IsEmptyFault(const google::protobuf::Any& any) {
  const auto content = UnpackAny(any);
  const auto* fault = dynamic_cast<const FaultProto*>(content.get());
  return fault != nullptr && !fault->has_abort() && !fault->has_delay() &&
         !fault->has_response_rate_limit() && !fault->has_max_active_faults();
}

void CheckHttpFilter(const google::protobuf::Any& any, ValidationErrors& errors) {
  const std::string type = InnerTypeName(any);
  if (HoldsAny(kHarmlessHttpFilters, type) || (type == kFault && IsEmptyFault(any))) return;
  const ValidationErrors::ScopedField scope(errors, "typed_config");
  errors.Add(fmt::format("{} is not supported yet, and requests must not pass without it",
                         DescribeAny(any)));
}

}  // namespace

void CheckHttpFilters(const HttpConnectionManagerProto& proto, ValidationErrors& errors) {
  const int last = proto.http_filters_size() - 1;
  if (last < 0) {
    const ValidationErrors::ScopedField scope(errors, "http_filters");
    errors.Add("must end with the router");
  }
  for (int i = 0; i <= last; ++i) {
    const auto& filter = proto.http_filters(i);
    if (filter.has_config_discovery()) continue;  // the field table refuses it
    const ValidationErrors::ScopedField scope(errors, "http_filters", static_cast<size_t>(i));
    const bool is_router = InnerTypeName(filter.typed_config()) == kRouter;
    if (i == last && !is_router) {
      errors.Add(fmt::format("must be the router, is {}", DescribeAny(filter.typed_config())));
    } else if (is_router && filter.disabled()) {
      errors.Add("the router must not be disabled");
    } else if (i != last && is_router) {
      errors.Add("the router must be the last filter");
    } else if (!is_router && !filter.disabled() && !filter.is_optional()) {
      CheckHttpFilter(filter.typed_config(), errors);
    } else if (is_router && UnpackAny(filter.typed_config()) == nullptr) {
      errors.Add("cannot be read");
    }
  }
}

void CheckNetworkFilter(const envoy::config::listener::v3::Filter& proto,
                        ValidationErrors& errors) {
  if (HoldsAny(kHarmlessNetworkFilters, InnerTypeName(proto.typed_config()))) return;
  const ValidationErrors::ScopedField scope(errors, "typed_config");
  errors.Add(fmt::format("{} is not supported yet, and connections must not pass without it",
                         DescribeAny(proto.typed_config())));
}

void CheckListenerFilter(const envoy::config::listener::v3::ListenerFilter& proto,
                         ValidationErrors& errors) {
  if (proto.has_config_discovery()) return;  // the field table refuses it
  if (HoldsAny(kHarmlessListenerFilters, InnerTypeName(proto.typed_config()))) return;
  const ValidationErrors::ScopedField scope(errors, "typed_config");
  errors.Add(fmt::format("{} is not supported yet, and connections must not pass without it",
                         DescribeAny(proto.typed_config())));
}

}  // namespace outrigger::compiler
