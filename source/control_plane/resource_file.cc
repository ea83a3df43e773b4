#include "control_plane/resource_file.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <utility>
#include <vector>

#include "base/validation_errors.h"
#include "base/yaml.h"
#include "compiler/yaml_fields.h"

namespace outrigger::control_plane {

namespace {

// Map fields in the order of their keys: the version must not change when the content does not.
std::string Serialize(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream output(&stream);
  output.SetSerializationDeterministic(true);
  // Fails only for a message beyond 2 GiB, far above what a file may hold.
  static_cast<void>(message.SerializeToCodedStream(&output));
  output.Trim();
  return bytes;
}

absl::Status AddResource(ResourceType type, const YamlNode& node, ResourcesByName& resources) {
  ValidationErrors errors;
  std::vector<std::string> warnings;
  const compiler::YamlOptions options;
  auto message = NewMessage(type);
  compiler::YamlFields(options, errors, warnings).MergeMessage(node, *message);
  const std::string subject = fmt::format("resource at line {}", node.line);
  if (!errors.ok()) return errors.ToStatus(subject);
  std::string name = NameOf(type, *message);
  if (name.empty()) return absl::InvalidArgumentError(subject + ": has no name");
  Resource resource;
  resource.bytes = Serialize(*message);
  resource.version =
      fmt::format("{:016x}", XXH3_64bits(resource.bytes.data(), resource.bytes.size()));
  const auto [it, is_new] =
      resources.emplace(std::move(name), std::make_shared<const Resource>(std::move(resource)));
  if (!is_new) {
    return absl::InvalidArgumentError(
        fmt::format("{}: {} is in this file twice", subject, it->first));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ResourcesByName> ParseResourceFile(ResourceType type, std::string_view text) {
  const absl::StatusOr<YamlNode> root = ParseYaml(text);
  if (!root.ok()) return root.status();
  ResourcesByName resources;
  if (root->is_null()) return resources;
  if (!root->is_list()) {
    if (absl::Status status = AddResource(type, *root, resources); !status.ok()) return status;
    return resources;
  }
  for (const YamlNode& item : root->list) {
    if (absl::Status status = AddResource(type, item, resources); !status.ok()) return status;
  }
  return resources;
}

}  // namespace outrigger::control_plane
