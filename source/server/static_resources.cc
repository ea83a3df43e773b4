#include "server/static_resources.h"

#include <fmt/format.h>

#include <string_view>

namespace outrigger {

namespace {

void AddAll(std::string_view type_url, std::string_view field,
            const std::vector<std::string>& resources, compiler::Configuration& configuration,
            std::vector<std::string>& mistakes) {
  for (size_t i = 0; i < resources.size(); ++i) {
    const absl::Status status = configuration.AddStatic(type_url, resources[i]);
    if (status.ok()) continue;
    mistakes.push_back(
        fmt::format("static_resources.{}[{}]: {}", field, i, std::string(status.message())));
  }
}

}  // namespace

std::vector<std::string> AddStaticResources(const Bootstrap& bootstrap,
                                            compiler::Configuration& configuration) {
  std::vector<std::string> mistakes;
  AddAll(compiler::kSecretType, "secrets", bootstrap.static_secrets, configuration, mistakes);
  AddAll(compiler::kClusterType, "clusters", bootstrap.static_clusters, configuration, mistakes);
  AddAll(compiler::kListenerType, "listeners", bootstrap.static_listeners, configuration, mistakes);
  for (const std::string& name : compiler::ClustersOf(bootstrap.ads)) {
    const auto* ads = configuration.resources().clusters.Find(name);
    // One that is not there, or not right, has been told.
    if (ads == nullptr || ads->value == nullptr || ads->value->type != ClusterType::kEds ||
        ads->value->endpoints_source != nullptr) {
      continue;
    }
    mistakes.push_back(fmt::format(
        "dynamic_resources.ads_config: \"{}\" must not take its endpoints from the control plane",
        name));
  }
  return mistakes;
}

void TakeFiles(const Bootstrap& bootstrap, compiler::ResourceFiles& files) {
  if (const FileSource* clusters = FileOf(bootstrap.clusters_source)) {
    files.TakeAll(compiler::kClusterType, *clusters);
  }
  if (const FileSource* listeners = FileOf(bootstrap.listeners_source)) {
    files.TakeAll(compiler::kListenerType, *listeners);
  }
}

}  // namespace outrigger
