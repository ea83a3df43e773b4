#include "compiler/proto_yaml.h"

#include <google/protobuf/message.h>

#include "base/validation_errors.h"
#include "base/yaml.h"
#include "compiler/yaml_fields.h"

namespace outrigger::compiler {

absl::Status MergeYaml(std::string_view text, const YamlOptions& options,
                       google::protobuf::Message& message, std::vector<std::string>& warnings) {
  absl::StatusOr<YamlNode> root = ParseYaml(text);
  if (!root.ok()) return root.status();
  ValidationErrors errors;
  YamlFields(options, errors, warnings).MergeMessage(*root, message);
  return errors.ToStatus("configuration");
}

}  // namespace outrigger::compiler
