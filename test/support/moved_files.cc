#include "test/support/moved_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace outrigger::test {

namespace fs = std::filesystem;

MovedFiles::MovedFiles() {
  std::string name = (fs::temp_directory_path() / "moved_files_XXXXXX").string();
  path_ = mkdtemp(name.data());
}

MovedFiles::~MovedFiles() { fs::remove_all(path_); }

void MovedFiles::Put(std::string_view name, std::string_view text) const {
  WriteInPlace(".new", text);
  fs::rename(Path(".new"), Path(name));
}

void MovedFiles::WriteInPlace(std::string_view name, std::string_view text) const {
  std::ofstream(Path(name), std::ios::binary) << text;
}

void MovedFiles::Remove(std::string_view name) const { fs::remove(Path(name)); }

void MovedFiles::Swap(const std::map<std::string, std::string>& texts) {
  const std::string folder = fmt::format("..{}", ++swaps_);
  fs::create_directory(Path(folder));
  for (const auto& [name, text] : texts) {
    WriteInPlace(folder + "/" + name, text);
    if (swaps_ == 1) fs::create_symlink("..data/" + name, Path(name));
  }
  fs::create_directory_symlink(folder, Path("..data_new"));
  fs::rename(Path("..data_new"), Path("..data"));
}

std::string DiscoveryYaml(std::string_view version, std::string_view type_url,
                          const std::vector<std::string>& resources) {
  std::string text = fmt::format("version_info: '{}'\nresources:", version);
  if (resources.empty()) text += " []";
  for (const std::string& fields : resources) {
    text += fmt::format("\n- {{'@type': {}, {}}}", type_url, fields);
  }
  return text + "\n";
}

std::string EdsClusterFields(std::string_view name, std::string_view source) {
  return fmt::format("name: {}, type: EDS, eds_cluster_config: {{eds_config: {{{}}}}}", name,
                     source);
}

std::string EndpointsFields(std::string_view cluster, uint16_t port) {
  return fmt::format(
      "cluster_name: {}, endpoints: [{{lb_endpoints: [{{endpoint: {{address: {{socket_address: "
      "{{address: 127.0.0.1, port_value: {}}}}}}}}}]}}]",
      cluster, port);
}

std::string RouteFields(std::string_view name, std::string_view cluster) {
  return fmt::format(
      "name: {}, virtual_hosts: [{{name: all, domains: ['*'], routes: [{{match: {{prefix: /}}, "
      "route: {{cluster: {}}}}}]}}]",
      name, cluster);
}

std::string ListenerFields(std::string_view name, std::string_view routes,
                           std::string_view source) {
  return fmt::format(
      "name: {0}, address: {{socket_address: {{address: 127.0.0.1, port_value: 0}}}}, "
      "filter_chains: [{{filters: [{{name: http, typed_config: {{'@type': type.googleapis.com/"
      "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager, "
      "stat_prefix: {0}, rds: {{route_config_name: {1}, config_source: {{{2}}}}}, http_filters: "
      "[{{name: router, typed_config: {{'@type': type.googleapis.com/envoy.extensions.filters."
      "http.router.v3.Router}}}}]}}}}]}}]",
      name, routes, source);
}

std::string PathSource(const std::string& path) {
  return fmt::format("path_config_source: {{path: {}}}", path);
}

}  // namespace outrigger::test
