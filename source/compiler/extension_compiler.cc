#include "compiler/extension_compiler.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/any_content.h"
#include "compiler/fragments.h"
#include "envoy/config/core/v3/extension.pb.h"
#include "envoy/extensions/filters/http/router/v3/router.pb.h"

namespace outrigger::compiler {

namespace {

using google::protobuf::Message;
using RouterProto = envoy::extensions::filters::http::router::v3::Router;

constexpr std::string_view kHarmlessFilters[] = {
    "envoy.extensions.filters.http.compressor.v3.Compressor",
    "envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec",
    "io.istio.http.peer_metadata.Config",
    "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig",
    "stats.PluginConfig",
};

// All of a router's options are those of its connection manager, which does not change with it.
void CheckRouterOptions(const Message& content, ValidationErrors& errors) {
  if (!static_cast<const RouterProto&>(content).suppress_envoy_headers()) return;
  const ValidationErrors::ScopedField field(errors, "suppress_envoy_headers");
  errors.Add("is not supported in a router that is discovered");
}

// Its mistakes, whoever asks for it. What it would count is of nobody.
void TryFilter(const HttpFilterType& type, const Message& content, ValidationErrors& errors) {
  stats::Registry scratch;
  static_cast<void>(type.compile(content, {.stat_prefix = "", .stats = scratch}, errors));
}

void CheckPlace(const ExtensionConfig& config, const FilterDiscovery& discovery,
                ValidationErrors& errors) {
  if (std::ranges::find(discovery.types, config.type) == discovery.types.end()) {
    errors.Add(
        fmt::format("is {}, and must be {}", config.type, fmt::join(discovery.types, " or ")));
  } else if (discovery.is_last && config.type != kRouterType) {
    errors.Add(fmt::format("must be the router, is {}", config.type));
  } else if (!discovery.is_last && config.type == kRouterType) {
    errors.Add("the router must be the last filter");
  }
}

}  // namespace

bool IsHarmlessFilter(std::string_view type) {
  return std::ranges::find(kHarmlessFilters, type) != std::end(kHarmlessFilters);
}

std::shared_ptr<const ExtensionConfig> CompileExtension(
    const envoy::config::core::v3::TypedExtensionConfig& proto, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "typed_config");
  auto config = CompileExtensionContent(proto.typed_config(), errors);
  return errors.ok() ? config : nullptr;
}

std::shared_ptr<const ExtensionConfig> CompileExtensionContent(const google::protobuf::Any& proto,
                                                               ValidationErrors& errors) {
  auto config = std::make_shared<ExtensionConfig>();
  config->type = InnerTypeName(proto);
  if (IsHarmlessFilter(config->type)) return config;
  const HttpFilterType* type = FindHttpFilterType(config->type);
  if (type == nullptr && config->type != kRouterType) {
    errors.Add(fmt::format("{} is not supported yet, and requests must not pass without it",
                           DescribeAny(proto)));
    return nullptr;
  }
  std::shared_ptr<const Message> content = UnpackAny(proto);
  if (content == nullptr) {
    errors.Add(fmt::format("{} cannot be read", DescribeAny(proto)));
    return nullptr;
  }
  const ValidationErrors::ScopedField inner(errors, fmt::format("{{{}}}", config->type));
  const size_t mistakes_before = errors.count();
  if (type == nullptr) {
    CheckRouterOptions(*content, errors);
  } else {
    TryFilter(*type, *content, errors);
    config->content = std::move(content);
  }
  return errors.count() == mistakes_before ? config : nullptr;
}

std::shared_ptr<const DiscoveredFilter> MakeDiscoveredFilter(const ExtensionConfig& config,
                                                             const FilterDiscovery& discovery,
                                                             const HttpFilterContext& context,
                                                             ValidationErrors& errors) {
  const size_t mistakes_before = errors.count();
  CheckPlace(config, discovery, errors);
  auto filter = std::make_shared<DiscoveredFilter>();
  if (config.content != nullptr) {
    const HttpFilterType* type = FindHttpFilterType(config.type);
    const ValidationErrors::ScopedField inner(errors, fmt::format("{{{}}}", config.type));
    filter->kind = type->kind;
    filter->config = type->compile(*config.content, context, errors);
  }
  return errors.count() == mistakes_before ? filter : nullptr;
}

}  // namespace outrigger::compiler
