// A folder of a test's own for files that a proxy takes resources from, gone with the test. What is
// put there is moved into place whole, and what such files say.
//
// Thread: the test's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace outrigger::test {

class MovedFiles {
 public:
  MovedFiles();
  ~MovedFiles();
  MovedFiles(const MovedFiles&) = delete;
  MovedFiles& operator=(const MovedFiles&) = delete;

  const std::string& path() const { return path_; }
  std::string Path(std::string_view name) const { return path_ + "/" + std::string(name); }
  // Written beside it and renamed.
  void Put(std::string_view name, std::string_view text) const;
  // Written where it is, which is no move.
  void WriteInPlace(std::string_view name, std::string_view text) const;
  void Remove(std::string_view name) const;
  // As Kubernetes does with a mounted ConfigMap: all of `texts` in a new folder, to which the link
  // `..data` is moved; the first time with links to what is in it.
  void Swap(const std::map<std::string, std::string>& texts);

 private:
  std::string path_;
  int swaps_ = 0;
};

// A DiscoveryResponse of that version, of resources in YAML flow style without their braces.
std::string DiscoveryYaml(std::string_view version, std::string_view type_url,
                          const std::vector<std::string>& resources);

// Fields of resources. `source`: a ConfigSource, "path: /x".
std::string EdsClusterFields(std::string_view name, std::string_view source);
std::string EndpointsFields(std::string_view cluster, uint16_t port);
std::string RouteFields(std::string_view name, std::string_view cluster);
// On a port of the kernel's choice.
std::string ListenerFields(std::string_view name, std::string_view routes, std::string_view source);

// "path_config_source: {path: ...}".
std::string PathSource(const std::string& path);

}  // namespace outrigger::test
