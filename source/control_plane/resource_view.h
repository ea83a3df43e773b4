// Everything that one node may be served, as a value: by type and name, the bytes and their
// version.
//
// Built by ResourceFolder, never changed afterwards. Thread: any.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>

#include "control_plane/resource_type.h"

namespace outrigger::control_plane {

struct Resource {
  std::string version;  // a hash of `bytes`: the same after a restart
  std::string bytes;    // serialised, deterministically
};

using ResourcesByName = std::map<std::string, std::shared_ptr<const Resource>>;

// One figure for all of them: the same after a restart.
std::string VersionOf(const ResourcesByName& resources);

class ResourceView {
 public:
  const ResourcesByName& Of(ResourceType type) const { return types_[static_cast<size_t>(type)]; }
  ResourcesByName& Of(ResourceType type) { return types_[static_cast<size_t>(type)]; }

 private:
  std::array<ResourcesByName, kResourceTypes.size()> types_;
};

}  // namespace outrigger::control_plane
