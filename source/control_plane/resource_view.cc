#include "control_plane/resource_view.h"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace outrigger::control_plane {

std::string VersionOf(const ResourcesByName& resources) {
  uint64_t hash = 0;
  for (const auto& [name, resource] : resources) {
    hash = XXH3_64bits_withSeed(name.data(), name.size(), hash);
    hash = XXH3_64bits_withSeed(resource->version.data(), resource->version.size(), hash);
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace outrigger::control_plane
