#include "compiler/http_filters.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <iterator>
#include <optional>

#include "compiler/any_content.h"
#include "compiler/fragments.h"
#include "envoy/extensions/filters/http/router/v3/router.pb.h"

namespace outrigger::compiler {

namespace {

using FilterProto = envoy::extensions::filters::network::http_connection_manager::v3::HttpFilter;

constexpr std::string_view kRouter = "envoy.extensions.filters.http.router.v3.Router";

// They observe, or save bytes.
constexpr std::string_view kHarmlessFilters[] = {
    "envoy.extensions.filters.http.compressor.v3.Compressor",
    "envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec",
    "io.istio.http.peer_metadata.Config",
    "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig",
    "stats.PluginConfig",
};

bool IsHarmless(std::string_view type) {
  return std::find(std::begin(kHarmlessFilters), std::end(kHarmlessFilters), type) !=
         std::end(kHarmlessFilters);
}

// Nothing when it is left out, or wrong.
std::optional<http::ConfiguredFilter> CompileFilter(const FilterProto& proto,
                                                    const HttpFilterContext& context,
                                                    ValidationErrors& errors) {
  const std::string type_name = InnerTypeName(proto.typed_config());
  if (IsHarmless(type_name)) return std::nullopt;
  const HttpFilterType* type = FindHttpFilterType(type_name);
  const ValidationErrors::ScopedField scope(errors, "typed_config");
  if (type == nullptr) {
    // A route that would switch a disabled one on has to name its type, and is refused itself.
    if (proto.is_optional() || proto.disabled()) return std::nullopt;
    errors.Add(fmt::format("{} is not supported yet, and requests must not pass without it",
                           DescribeAny(proto.typed_config())));
    return std::nullopt;
  }
  const auto content = UnpackAny(proto.typed_config());
  if (content == nullptr) {
    errors.Add(fmt::format("{} cannot be read", DescribeAny(proto.typed_config())));
    return std::nullopt;
  }
  const ValidationErrors::ScopedField inner(errors, fmt::format("{{{}}}", type_name));
  return http::ConfiguredFilter{.name = proto.name(),
                                .kind = type->kind,
                                .config = type->compile(*content, context, errors),
                                .is_disabled = proto.disabled()};
}

void CheckRouter(const FilterProto& proto, ValidationErrors& errors) {
  if (InnerTypeName(proto.typed_config()) != kRouter) {
    errors.Add(fmt::format("must be the router, is {}", DescribeAny(proto.typed_config())));
  } else if (proto.disabled()) {
    errors.Add("the router must not be disabled");
  } else if (UnpackAny(proto.typed_config()) == nullptr) {
    errors.Add("cannot be read");
  }
}

}  // namespace

std::vector<http::ConfiguredFilter> CompileHttpFilters(const HttpConnectionManagerProto& proto,
                                                       const HttpFilterContext& context,
                                                       ValidationErrors& errors) {
  std::vector<http::ConfiguredFilter> filters;
  const int last = proto.http_filters_size() - 1;
  if (last < 0) {
    const ValidationErrors::ScopedField scope(errors, "http_filters");
    errors.Add("must end with the router");
  }
  for (int i = 0; i <= last; ++i) {
    const FilterProto& filter = proto.http_filters(i);
    if (filter.has_config_discovery()) continue;  // the field table refuses it
    const ValidationErrors::ScopedField scope(errors, "http_filters", static_cast<size_t>(i));
    if (i == last) {
      CheckRouter(filter, errors);
    } else if (InnerTypeName(filter.typed_config()) == kRouter) {
      errors.Add("the router must be the last filter");
    } else if (auto compiled = CompileFilter(filter, context, errors)) {
      filters.push_back(*std::move(compiled));
    }
  }
  return filters;
}

bool SuppressesEnvoyHeaders(const HttpConnectionManagerProto& proto) {
  envoy::extensions::filters::http::router::v3::Router router;
  return !proto.http_filters().empty() &&
         proto.http_filters().rbegin()->typed_config().UnpackTo(&router) &&
         router.suppress_envoy_headers();
}

}  // namespace outrigger::compiler
