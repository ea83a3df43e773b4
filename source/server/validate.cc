#include "server/validate.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "compiler/configuration.h"
#include "compiler/listener_discoveries.h"
#include "compiler/resource_files.h"
#include "server/bootstrap.h"
#include "server/static_resources.h"
#include "stats/registry.h"

namespace outrigger {

namespace {

// `who`: what names the clusters.
void NoteClusters(const std::vector<std::string>& names, std::string_view who,
                  const compiler::Resources& resources, std::vector<std::string>& notes) {
  for (const std::string& name : names) {
    if (resources.clusters.Find(name) != nullptr) continue;
    notes.push_back(fmt::format("{} to cluster {} find none: it is not defined", who, name));
  }
}

// What a listener goes to by itself, without route tables of others.
void NoteClustersOf(const ListenerConfig& listener, const compiler::Resources& resources,
                    std::vector<std::string>& notes) {
  for (const FilterChain& chain : listener.chains) {
    if (!chain.is_http()) {
      if (chain.tcp().fetch.has_value()) continue;  // who comes asks for it
      NoteClusters(chain.tcp().cluster_names,
                   fmt::format("listener {}: connections", listener.name), resources, notes);
    } else if (chain.http().inline_routes != nullptr) {
      NoteClusters(chain.http().inline_routes->values().cluster_names,
                   fmt::format("listener {}: routes", listener.name), resources, notes);
    }
  }
}

// Route tables that come over ADS, while `reason` says why none will.
void NoteRouteTablesOf(const ListenerConfig& listener, std::string_view reason,
                       std::vector<std::string>& notes) {
  for (const FilterChain& chain : listener.chains) {
    if (!chain.is_http()) continue;
    const ScopedRoutes* scoped = chain.http().scoped_routes.get();
    if (scoped != nullptr && !scoped->is_inline && scoped->scopes_source == nullptr) {
      notes.push_back(
          fmt::format("listener {}: scopes of routes {} {}", listener.name, scoped->name, reason));
    }
    if (!chain.http().names_routes() || chain.http().routes_source != nullptr) continue;
    notes.push_back(fmt::format("listener {}: route table {} {}", listener.name,
                                chain.http().route_table_name, reason));
  }
}

// Secrets that come over ADS, while `reason` says why none will.
void NoteSecretsOf(std::string_view who, const TlsProfilePointer& profile, std::string_view reason,
                   std::vector<std::string>& notes) {
  if (profile == nullptr) return;
  for (const SecretUse& use : profile->secrets) {
    if (use.source == nullptr)
      notes.push_back(fmt::format("{}: secret {} {}", who, use.name, reason));
  }
}

// Configurations of filters that come over ADS, while `reason` says why none will.
void NoteFiltersOf(const ListenerConfig& listener, std::string_view reason,
                   std::vector<std::string>& notes) {
  compiler::ForEachDiscovery(listener, [&](const ExtensionDiscovery& discovery) {
    if (discovery.source != nullptr) return;
    notes.push_back(fmt::format("listener {}: filter configuration {} {}", listener.name,
                                discovery.name, reason));
  });
}

// What compiles and still cannot serve as it stands.
void NoteWhatIsMissing(const Bootstrap& bootstrap, const compiler::Resources& resources,
                       std::vector<std::string>& notes) {
  constexpr std::string_view kNoAds =
      "comes over ADS, and dynamic_resources.ads_config is not set: it waits for ever";
  const bool has_ads = !bootstrap.ads.cluster.empty();
  for (const auto& [name, entry] : resources.clusters.entries()) {
    if (entry.value != nullptr && !has_ads) {
      NoteSecretsOf(fmt::format("cluster {}", name), entry.value->tls, kNoAds, notes);
    }
    if (entry.value == nullptr || entry.value->type != ClusterType::kEds || has_ads ||
        entry.value->endpoints_source != nullptr) {
      continue;
    }
    notes.push_back(
        fmt::format("cluster {}: endpoint set {} {}", name, entry.value->eds_name, kNoAds));
  }
  for (const auto& [name, entry] : resources.listeners.entries()) {
    if (entry.value == nullptr) continue;
    if (!bootstrap.streams_clusters()) NoteClustersOf(*entry.value, resources, notes);
    if (has_ads) continue;
    NoteRouteTablesOf(*entry.value, kNoAds, notes);
    NoteFiltersOf(*entry.value, kNoAds, notes);
    for (const FilterChain& chain : entry.value->chains) {
      NoteSecretsOf(fmt::format("listener {}", name), chain.tls, kNoAds, notes);
    }
  }
}

// What is said of files.
compiler::ResourceFiles::Hooks HooksFor(Validation& validation) {
  return {.watch = {},
          .pending = {},
          .on_problem =
              [&validation](std::string_view line) { validation.mistakes.emplace_back(line); },
          .on_unknown_field =
              [&validation](std::string_view line) { validation.notes.emplace_back(line); }};
}

}  // namespace

Validation Validate(const CommandLine& command_line) {
  Validation validation;
  Bootstrap bootstrap;
  validation.mistakes = ReadBootstrap(command_line, bootstrap);
  validation.notes = std::move(bootstrap.warnings);
  for (const std::string& field : bootstrap.without_effect) {
    validation.notes.push_back("without effect: " + field);
  }
  stats::Registry stats;
  const SystemClock clock;
  std::optional<compiler::ResourceFiles> files;
  compiler::Configuration configuration(
      stats, clock,
      {.bind = [](const ListenerConfig&) { return absl::OkStatus(); },
       .publish = [](const std::shared_ptr<const ConfigSnapshot>&) {},
       .want = [&files](std::string_view type_url,
                        const SourcesByKey& wanted) { files->SetWanted(type_url, wanted); }},
      {.edge_listeners = command_line.edge_listeners,
       .runtime = bootstrap.runtime.numbers,
       .runtime_layers = bootstrap.runtime.layers,
       .runtime_sources = compiler::SourcesOf(bootstrap.runtime),
       .stream_clusters = bootstrap.stream_clusters});
  files.emplace(configuration, HooksFor(validation));
  for (std::string& mistake : AddStaticResources(bootstrap, configuration)) {
    validation.mistakes.push_back(std::move(mistake));
  }
  if (!validation.is_valid()) return validation;
  configuration.Settle();
  TakeFiles(bootstrap, *files);
  files->ReadPending();
  NoteWhatIsMissing(bootstrap, configuration.resources(), validation.notes);
  return validation;
}

std::string Validation::ToText(const CommandLine& command_line) const {
  const std::string& path = command_line.config_path;
  std::string text;
  for (const std::string& note : notes) text += note + "\n";
  for (const std::string& mistake : mistakes) text += fmt::format("error: {}\n", mistake);
  text += fmt::format("configuration '{}' {}\n", path.empty() ? "--config-yaml" : path,
                      is_valid() ? "OK" : "is not valid");
  return text;
}

}  // namespace outrigger
