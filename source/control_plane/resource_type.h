// The resource types that the control plane serves, in the order in which changes are pushed:
// whoever is named comes before whoever names it (X15).
//
// Thread: any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace google::protobuf {
class Message;
}

namespace outrigger::control_plane {

enum class ResourceType : uint8_t {
  kCluster,
  kEndpoint,
  kSecret,
  kExtension,
  kListener,
  kScope,
  kRoute,
  kHost
};

inline constexpr std::array kResourceTypes = {ResourceType::kCluster,  ResourceType::kEndpoint,
                                              ResourceType::kSecret,   ResourceType::kExtension,
                                              ResourceType::kListener, ResourceType::kScope,
                                              ResourceType::kRoute,    ResourceType::kHost};

// The folder its files lie in, which is also what people call it: "clusters".
std::string_view FolderName(ResourceType type);
std::string_view TypeUrl(ResourceType type);
// The gRPC service of the type alone. Its methods are "Stream", for the state of the world, or
// "Delta", before `resources`.
struct DiscoveryName {
  std::string_view service;
  std::string_view resources;
};
DiscoveryName NameOfService(ResourceType type);
std::optional<ResourceType> FindTypeByFolder(std::string_view folder);
std::optional<ResourceType> FindTypeByUrl(std::string_view type_url);

std::unique_ptr<google::protobuf::Message> NewMessage(ResourceType type);
// Requires: `message` is of `type`. Empty when the resource has no name.
std::string NameOf(ResourceType type, const google::protobuf::Message& message);

}  // namespace outrigger::control_plane
