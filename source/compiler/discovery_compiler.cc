#include "compiler/discovery_compiler.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/any_content.h"
#include "compiler/config_source.h"

namespace outrigger::compiler {

namespace {

using envoy::config::core::v3::ExtensionConfigSource;

void AddMistake(std::string_view field, std::string_view what, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, field);
  errors.Add(what);
}

void CompileTypes(const ExtensionConfigSource& proto, const DiscoveryContext& context,
                  ExtensionDiscovery& discovery, ValidationErrors& errors) {
  for (int i = 0; i < proto.type_urls_size(); ++i) {
    const std::string_view type = TypeName(proto.type_urls(i));
    if (!context.is_known(type)) {
      const ValidationErrors::ScopedField scope(errors, "type_urls", static_cast<size_t>(i));
      errors.Add(fmt::format("{} is not supported yet", type));
    }
    discovery.types.emplace_back(type);
  }
}

}  // namespace

void CompileDiscovery(const ExtensionConfigSource& proto, const DiscoveryContext& context,
                      ExtensionDiscovery& discovery, ValidationErrors& errors) {
  CompileTypes(proto, context, discovery, errors);
  discovery.has_default = proto.has_default_config();
  discovery.is_waited_for = !proto.apply_default_config_without_warming();
  if (!discovery.has_default && !discovery.is_waited_for) {
    AddMistake("apply_default_config_without_warming", "needs a default_config", errors);
  }
  if (!proto.has_config_source()) return AddMistake("config_source", "is required", errors);
  const ValidationErrors::ScopedField field(errors, "config_source");
  discovery.source = CompileConfigSource(proto.config_source(), context.stream_clusters, errors);
  discovery.wait_max = FetchTimeoutOf(proto.config_source());
}

bool TakesType(const ExtensionDiscovery& discovery, std::string_view type,
               ValidationErrors& errors) {
  if (std::ranges::find(discovery.types, type) != discovery.types.end()) return true;
  errors.Add(fmt::format("is {}, and must be {}", type, fmt::join(discovery.types, " or ")));
  return false;
}

}  // namespace outrigger::compiler
