#include "compiler/listener_filters.h"

#include <utility>

#include "compiler/any_content.h"
#include "compiler/connection_filters.h"
#include "compiler/discovery_compiler.h"

namespace outrigger::compiler {

namespace {

using InspectorProto = envoy::config::listener::v3::ListenerFilter;

// What is there may be of a type that it does not take: a conflict, as in Envoy.
bool HasCome(const ExtensionDiscovery& discovery, DiscoveredFilters& discovered) {
  const ExtensionConfig* config = discovered.Find(discovery.key());
  if (config == nullptr) return false;
  ValidationErrors conflict;
  if (TakesType(discovery, config->type, conflict)) return true;
  discovered.NoteConflict(discovery.key());
  return false;
}

ExtensionDiscovery CompileInspector(const InspectorProto& proto,
                                    const CompileEnvironment& environment,
                                    ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "config_discovery");
  ExtensionDiscovery discovery;
  discovery.place = FilterPlace::kListener;
  discovery.name = proto.name();
  const auto& source = proto.config_discovery();
  CompileDiscovery(source, {environment.stream_clusters, IsListenerFilter}, discovery, errors);
  if (source.has_default_config()) {
    const ValidationErrors::ScopedField field(errors, "default_config");
    static_cast<void>(TakesType(discovery, InnerTypeName(source.default_config()), errors));
  }
  return discovery;
}

}  // namespace

void CompileListenerFilters(const envoy::config::listener::v3::Listener& proto,
                            const CompileEnvironment& environment, DiscoveredFilters& discovered,
                            ListenerConfig& listener, ValidationErrors& errors) {
  for (int i = 0; i < proto.listener_filters_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "listener_filters", static_cast<size_t>(i));
    const InspectorProto& filter = proto.listener_filters(i);
    if (!filter.has_config_discovery()) {
      CheckListenerFilter(filter, errors);
      continue;
    }
    ExtensionDiscovery discovery = CompileInspector(filter, environment, errors);
    if (!HasCome(discovery, discovered) && !discovery.has_default) listener.lacks_filter = true;
    listener.discoveries.push_back(std::move(discovery));
  }
}

}  // namespace outrigger::compiler
