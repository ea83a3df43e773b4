#include "compiler/http_filters.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "compiler/any_content.h"
#include "compiler/discovery_compiler.h"
#include "compiler/fragments.h"
#include "envoy/extensions/filters/http/router/v3/router.pb.h"

namespace outrigger::compiler {

namespace {

using envoy::config::core::v3::ExtensionConfigSource;
using FilterProto = envoy::extensions::filters::network::http_connection_manager::v3::HttpFilter;

// Nothing when it is left out, or wrong.
std::optional<http::ConfiguredFilter> CompileFilter(const FilterProto& proto,
                                                    const HttpFilterContext& context,
                                                    ValidationErrors& errors) {
  const std::string type_name = InnerTypeName(proto.typed_config());
  if (IsHarmlessFilter(type_name)) return std::nullopt;
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
  if (InnerTypeName(proto.typed_config()) != kRouterType) {
    errors.Add(fmt::format("must be the router, is {}", DescribeAny(proto.typed_config())));
  } else if (proto.disabled()) {
    errors.Add("the router must not be disabled");
  } else if (UnpackAny(proto.typed_config()) == nullptr) {
    errors.Add("cannot be read");
  }
}

bool IsKnownType(std::string_view type) {
  return FindHttpFilterType(type) != nullptr || type == kRouterType || IsHarmlessFilter(type);
}

void CompileFallback(const ExtensionConfigSource& proto, DiscoveredFilters& filters,
                     FilterDiscovery& discovery, ValidationErrors& errors) {
  if (!proto.has_default_config()) return;
  const ValidationErrors::ScopedField scope(errors, "default_config");
  const auto config = CompileExtensionContent(proto.default_config(), errors);
  if (config != nullptr) discovery.fallback = filters.Make(*config, discovery, errors);
}

http::ConfiguredFilter CompileDiscovered(const FilterProto& proto, bool is_last,
                                         const HttpFiltersContext& context,
                                         ValidationErrors& errors) {
  http::ConfiguredFilter filter{.name = proto.name(), .is_disabled = proto.disabled()};
  const ExtensionConfigSource& source = proto.config_discovery();
  const ValidationErrors::ScopedField scope(errors, "config_discovery");
  FilterDiscovery discovery;
  discovery.name = proto.name();
  discovery.is_last = is_last;
  discovery.stat_prefix = context.filter.stat_prefix;
  CompileDiscovery(source, {context.stream_clusters, IsKnownType}, discovery, errors);
  CompileFallback(source, context.discovered, discovery, errors);
  if (is_last && proto.disabled()) errors.Add("the router must not be disabled");
  filter.discovery = context.discovered.Add(std::move(discovery));
  return filter;
}

}  // namespace

std::vector<http::ConfiguredFilter> CompileHttpFilters(const HttpConnectionManagerProto& proto,
                                                       const HttpFiltersContext& context,
                                                       ValidationErrors& errors) {
  std::vector<http::ConfiguredFilter> filters;
  const int last = proto.http_filters_size() - 1;
  if (last < 0) {
    const ValidationErrors::ScopedField scope(errors, "http_filters");
    errors.Add("must end with the router");
  }
  for (int i = 0; i <= last; ++i) {
    const FilterProto& filter = proto.http_filters(i);
    const ValidationErrors::ScopedField scope(errors, "http_filters", static_cast<size_t>(i));
    if (filter.has_config_discovery()) {
      filters.push_back(CompileDiscovered(filter, i == last, context, errors));
    } else if (i == last) {
      CheckRouter(filter, errors);
    } else if (InnerTypeName(filter.typed_config()) == kRouterType) {
      errors.Add("the router must be the last filter");
    } else if (auto compiled = CompileFilter(filter, context.filter, errors)) {
      filters.push_back(*std::move(compiled));
    }
  }
  return filters;
}

bool MayBe(const http::ConfiguredFilter& filter, FilterKind kind) {
  if (filter.discovery == nullptr) return filter.kind == kind;
  return std::ranges::any_of(filter.discovery->types, [kind](const std::string& name) {
    const HttpFilterType* type = FindHttpFilterType(name);
    return type != nullptr && type->kind == kind;
  });
}

bool SuppressesEnvoyHeaders(const HttpConnectionManagerProto& proto) {
  envoy::extensions::filters::http::router::v3::Router router;
  return !proto.http_filters().empty() &&
         proto.http_filters().rbegin()->typed_config().UnpackTo(&router) &&
         router.suppress_envoy_headers();
}

}  // namespace outrigger::compiler
