#include "ctl/dump_sections.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

#include "ctl/lint_bootstrap.h"
#include "ctl/lint_node.h"

namespace outrigger::ctl {

namespace {

// Where in an item of the list `key` a resource stands: under `state`, if that is not empty, under
// `field`.
struct Place {
  std::string_view section;
  std::string_view key;
  std::string_view state;
  std::string_view field;
};

// Secrets first: others name them.
constexpr std::array kPlaces = {
    Place{"SecretsConfigDump", "static_secrets", "", "secret"},
    Place{"SecretsConfigDump", "dynamic_active_secrets", "", "secret"},
    Place{"SecretsConfigDump", "dynamic_warming_secrets", "", "secret"},
    Place{"ClustersConfigDump", "static_clusters", "", "cluster"},
    Place{"ClustersConfigDump", "dynamic_active_clusters", "", "cluster"},
    Place{"ClustersConfigDump", "dynamic_warming_clusters", "", "cluster"},
    Place{"EndpointsConfigDump", "dynamic_endpoint_configs", "", "endpoint_config"},
    Place{"ListenersConfigDump", "static_listeners", "", "listener"},
    Place{"ListenersConfigDump", "dynamic_listeners", "active_state", "listener"},
    Place{"ListenersConfigDump", "dynamic_listeners", "warming_state", "listener"},
    Place{"RoutesConfigDump", "dynamic_route_configs", "", "route_config"},
    Place{"ScopedRoutesConfigDump", "inline_scoped_route_configs", "", "scoped_route_configs"},
    Place{"ScopedRoutesConfigDump", "dynamic_scoped_route_configs", "", "scoped_route_configs"},
    Place{"EcdsConfigDump", "ecds_filters", "", "ecds_filter"},
};

// "dynamicListeners" of "dynamic_listeners", as some print it.
std::string CamelCase(std::string_view key) {
  std::string camel;
  for (size_t i = 0; i < key.size(); ++i) {
    const bool starts_word = key[i] == '_' && i + 1 < key.size();
    const char c = starts_word ? key[++i] : key[i];
    camel += starts_word ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
  }
  return camel;
}

const YamlNode* FindEither(const YamlNode& node, std::string_view key) {
  const YamlNode* found = node.Find(key);
  return found != nullptr ? found : node.Find(CamelCase(key));
}

// Envoy writes endpoint sets anew, and gives a locality without a weight one of zero, which it does
// not take itself.
YamlNode WithoutZeroWeights(const YamlNode& node) {
  YamlNode kept = node;
  std::erase_if(kept.map, [](const YamlEntry& entry) {
    const bool is_weight =
        entry.key == "load_balancing_weight" || entry.key == "loadBalancingWeight";
    return is_weight && entry.value.scalar == "0";
  });
  return kept;
}

YamlNode AsReceived(const YamlNode& endpoint_set) {
  YamlNode received = endpoint_set;
  for (YamlEntry& entry : received.map) {
    if (entry.key != "endpoints") continue;
    for (YamlNode& locality : entry.value.list) locality = WithoutZeroWeights(locality);
  }
  return received;
}

bool IsSection(const YamlNode& config, std::string_view section) {
  const YamlNode* type = config.Find("@type");
  return type != nullptr && ShortTypeName(type->scalar) == section;
}

void LintPlace(const YamlNode& config, const Place& place, compiler::Examiner& examiner,
               std::vector<LintedResource>& resources) {
  const YamlNode* items = FindEither(config, place.key);
  if (items == nullptr) return;
  for (const YamlNode& item : items->list) {
    const YamlNode* holder = place.state.empty() ? &item : FindEither(item, place.state);
    const YamlNode* resource = holder == nullptr ? nullptr : FindEither(*holder, place.field);
    if (resource == nullptr) continue;  // never accepted
    if (resource->is_map()) resources.push_back(LintNode(AsReceived(*resource), examiner));
    for (const YamlNode& element : resource->list) {
      resources.push_back(LintNode(element, examiner));
    }
  }
}

}  // namespace

void LintDump(const YamlNode& configs, std::vector<LintedResource>& resources) {
  for (const YamlNode& config : configs.list) {
    const YamlNode* bootstrap = config.Find("bootstrap");
    if (bootstrap == nullptr || !IsSection(config, "BootstrapConfigDump")) continue;
    Bootstrap said;
    resources.push_back(LintBootstrapAlone(*bootstrap, said));
  }
  // A dump shows no private key.
  compiler::Examiner examiner(compiler::TlsCompiler::Keys::kAreMissing);
  for (const Place& place : kPlaces) {
    for (const YamlNode& config : configs.list) {
      if (IsSection(config, place.section)) LintPlace(config, place, examiner, resources);
    }
  }
}

}  // namespace outrigger::ctl
