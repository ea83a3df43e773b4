#include "compiler/extension_compiler.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/any_content.h"
#include "compiler/connection_filters.h"
#include "compiler/discovered_filters.h"
#include "compiler/discovery_compiler.h"
#include "compiler/environment.h"
#include "compiler/fragments.h"
#include "compiler/network_filters.h"
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

// Its mistakes, whoever asks for it. What it would count is of nobody; of a network filter nothing
// is asked for, either.
void TryFilter(const HttpFilterType& type, const Message& content, ValidationErrors& errors) {
  stats::Registry scratch;
  static_cast<void>(type.compile(content, {.stat_prefix = "", .stats = scratch}, errors));
}

void TryNetworkFilter(const ExtensionConfig& config, ValidationErrors& errors) {
  stats::Registry scratch;
  const CompileEnvironment environment;
  const xds::ResourceStore<ExtensionConfig> none;
  DiscoveredFilters discovered(none, scratch, {});
  ExtensionDiscovery discovery;
  discovery.types = {config.type};
  discovery.is_last = EndsChain(config.type);
  CheckNetworkFilter(config, discovery, {environment, scratch, discovered}, errors);
}

// False: with a mistake.
bool FitsPlace(const ExtensionConfig& config, const FilterDiscovery& discovery,
               ValidationErrors& errors) {
  if (!TakesType(discovery, config.type, errors)) return false;
  if (discovery.is_last == (config.type == kRouterType)) return true;
  errors.Add(discovery.is_last ? fmt::format("must be the router, is {}", config.type)
                               : "the router must be the last filter");
  return false;
}

}  // namespace

bool IsHarmlessFilter(std::string_view type) {
  return std::ranges::find(kHarmlessFilters, type) != std::end(kHarmlessFilters);
}

std::shared_ptr<const ExtensionConfig> CompileExtension(
    const envoy::config::core::v3::TypedExtensionConfig& proto, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "typed_config");
  auto config = CompileExtensionContent(proto.typed_config(), errors);
  if (config != nullptr && IsNetworkFilter(config->type)) TryNetworkFilter(*config, errors);
  return errors.ok() ? config : nullptr;
}

std::shared_ptr<const ExtensionConfig> CompileExtensionContent(const google::protobuf::Any& proto,
                                                               ValidationErrors& errors) {
  auto config = std::make_shared<ExtensionConfig>();
  config->type = InnerTypeName(proto);
  if (IsHarmlessFilter(config->type) || IsHarmlessConnectionFilter(config->type)) return config;
  const HttpFilterType* type = FindHttpFilterType(config->type);
  const bool is_of_http = type != nullptr || config->type == kRouterType;
  if (!is_of_http && !IsNetworkFilter(config->type)) {
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
  if (config->type == kRouterType) {
    CheckRouterOptions(*content, errors);
  } else {
    if (type != nullptr) TryFilter(*type, *content, errors);
    config->content = std::move(content);
  }
  return errors.count() == mistakes_before ? config : nullptr;
}

std::shared_ptr<const DiscoveredFilter> MakeDiscoveredFilter(const ExtensionConfig& config,
                                                             const FilterDiscovery& discovery,
                                                             const HttpFilterContext& context,
                                                             ValidationErrors& errors) {
  if (!FitsPlace(config, discovery, errors)) return nullptr;
  const size_t mistakes_before = errors.count();
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
