#include "compiler/scope_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/config_source.h"
#include "compiler/fragments.h"
#include "compiler/route_compiler.h"
#include "envoy/config/route/v3/scoped_route.pb.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"

namespace outrigger::compiler {

namespace {

namespace hcm = envoy::extensions::filters::network::http_connection_manager::v3;
using envoy::config::route::v3::ScopedRouteConfiguration;
using FragmentBuilder = hcm::ScopedRoutes::ScopeKeyBuilder::FragmentBuilder;
using HeaderValueExtractor = FragmentBuilder::HeaderValueExtractor;

std::string CompileKey(const ScopedRouteConfiguration::Key& proto, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "key");
  std::vector<std::string> fragments;
  for (const auto& fragment : proto.fragments()) {
    const ValidationErrors::ScopedField element(errors, "fragments", fragments.size());
    fragments.push_back(fragment.string_key());
    if (fragments.back().find(routing::kScopeKeySeparator) == std::string::npos) continue;
    const ValidationErrors::ScopedField field(errors, "string_key");
    errors.Add("must not contain NUL: no request could match it");
  }
  return routing::JoinScopeKey(fragments);
}

void CompileExtractor(const HeaderValueExtractor& proto, routing::ScopeFragment& fragment,
                      ValidationErrors& errors) {
  fragment.field = LowerCase(proto.name());
  fragment.element_separator = proto.element_separator();
  switch (proto.extract_type_case()) {
    case HeaderValueExtractor::kIndex: {
      fragment.index = proto.index();
      if (fragment.index == 0 || !fragment.element_separator.empty()) return;
      const ValidationErrors::ScopedField field(errors, "index");
      return errors.Add("must be 0 without an element_separator");
    }
    case HeaderValueExtractor::kElement:
      fragment.key = proto.element().key();
      fragment.key_separator = proto.element().separator();
      return;
    case HeaderValueExtractor::EXTRACT_TYPE_NOT_SET:
      return errors.Add("index or element is required");
  }
}

routing::ScopeFragments CompileFragments(const hcm::ScopedRoutes::ScopeKeyBuilder& proto,
                                         ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "scope_key_builder");
  routing::ScopeFragments fragments;
  for (const FragmentBuilder& builder : proto.fragments()) {
    const ValidationErrors::ScopedField element(errors, "fragments", fragments.size());
    routing::ScopeFragment& fragment = fragments.emplace_back();
    if (!builder.has_header_value_extractor()) continue;  // the validation rules have said so
    const ValidationErrors::ScopedField field(errors, "header_value_extractor");
    CompileExtractor(builder.header_value_extractor(), fragment, errors);
  }
  return fragments;
}

void CompileInlineScopes(const hcm::ScopedRouteConfigurationsList& proto,
                         const CompileEnvironment& environment, ScopedRoutes& to,
                         ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "scoped_route_configurations_list");
  to.is_inline = true;
  std::map<std::string, std::string> names;  // by key
  size_t i = 0;
  for (const ScopedRouteConfiguration& configuration : proto.scoped_route_configurations()) {
    const ValidationErrors::ScopedField element(errors, "scoped_route_configurations", i++);
    auto compiled = CompileScope(configuration, environment, errors);
    if (compiled == nullptr) continue;
    const auto [holder, is_new] = names.emplace(compiled->key, compiled->name);
    if (!is_new) {
      const ValidationErrors::ScopedField field(errors, "key");
      errors.Add(fmt::format("is that of scope {} already", holder->second));
    }
    to.inline_scopes.push_back(std::move(compiled));
  }
}

}  // namespace

std::shared_ptr<const RouteScope> CompileScope(const ScopedRouteConfiguration& proto,
                                               const CompileEnvironment& environment,
                                               ValidationErrors& errors) {
  auto scope = std::make_shared<RouteScope>();
  scope->name = proto.name();
  scope->key = CompileKey(proto.key(), errors);
  scope->route_table_name = proto.route_configuration_name();
  if (proto.has_route_configuration() == !scope->route_table_name.empty()) {
    errors.Add("route_configuration_name or route_configuration is required, and not both");
  }
  if (proto.has_route_configuration()) {
    const ValidationErrors::ScopedField field(errors, "route_configuration");
    scope->inline_routes = CompileInlineRoutes(proto.route_configuration(), environment, errors);
  }
  if (!errors.ok()) return nullptr;
  return scope;
}

std::shared_ptr<const ScopedRoutes> CompileScopedRoutes(const hcm::ScopedRoutes& proto,
                                                        const CompileEnvironment& environment,
                                                        ValidationErrors& errors) {
  auto scoped = std::make_shared<ScopedRoutes>();
  scoped->name = proto.name();
  scoped->fragments = CompileFragments(proto.scope_key_builder(), errors);
  // Where it is not said routes come over the aggregated stream, as all that is not said does.
  envoy::config::core::v3::ConfigSource routes = proto.rds_config_source();
  if (!proto.has_rds_config_source()) routes.mutable_ads();
  {
    const ValidationErrors::ScopedField field(errors, "rds_config_source");
    scoped->routes_source = CompileConfigSource(routes, environment.stream_clusters, errors);
    scoped->routes_wait_max = FetchTimeoutOf(routes);
  }
  if (proto.has_scoped_route_configurations_list()) {
    CompileInlineScopes(proto.scoped_route_configurations_list(), environment, *scoped, errors);
  } else if (proto.scoped_rds().has_scoped_rds_config_source()) {
    const ValidationErrors::ScopedField scope(errors, "scoped_rds");
    const ValidationErrors::ScopedField field(errors, "scoped_rds_config_source");
    const auto& source = proto.scoped_rds().scoped_rds_config_source();
    scoped->scopes_source = CompileConfigSource(source, environment.stream_clusters, errors);
    scoped->scopes_wait_max = FetchTimeoutOf(source);
  }
  if (!errors.ok()) return nullptr;
  return scoped;
}

}  // namespace outrigger::compiler
