#include "compiler/discovery_json.h"

#include <google/protobuf/util/json_util.h>

#include "base/validation_errors.h"
#include "base/yaml.h"
#include "compiler/proto_yaml.h"
#include "compiler/yaml_fields.h"
#include "envoy/service/discovery/v3/discovery.pb.h"

namespace outrigger::compiler {

using envoy::service::discovery::v3::DiscoveryRequest;
using envoy::service::discovery::v3::DiscoveryResponse;

absl::StatusOr<std::string> ToJson(const DiscoveryRequest& request) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(request, &json, options);
  if (!status.ok()) return absl::InvalidArgumentError("the request cannot be written as JSON");
  return json;
}

absl::Status ParseDiscoveryText(std::string_view text, DiscoveryResponse& response,
                                std::vector<std::string>& warnings) {
  const absl::StatusOr<YamlNode> root = ParseYaml(text);
  if (!root.ok()) return root.status();
  if (root->is_null()) return absl::InvalidArgumentError("is empty");
  const YamlOptions options{.allows_unknown_fields = true, .keeps_unknown_types = true};
  ValidationErrors errors;
  YamlFields(options, errors, warnings).MergeMessage(*root, response);
  return errors.ToStatus();
}

}  // namespace outrigger::compiler
