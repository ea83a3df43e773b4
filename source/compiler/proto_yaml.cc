#include "compiler/proto_yaml.h"

#include <google/protobuf/message.h>

#include "base/validation_errors.h"
#include "base/yaml.h"
#include "compiler/yaml_fields.h"

namespace outrigger::compiler {

namespace {

// Protobuf strings are UTF-8: other bytes would go into a message that nobody could read back.
bool IsUtf8(std::string_view text) {
  size_t left = 0;           // continuation bytes due
  unsigned char low = 0x80;  // bounds of the next one: no overlong forms, no surrogates
  unsigned char high = 0xBF;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (left > 0) {
      if (byte < low || byte > high) return false;
      low = 0x80;
      high = 0xBF;
      --left;
    } else if (byte >= 0x80) {
      if (byte < 0xC2 || byte > 0xF4) return false;
      left = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
      if (byte == 0xE0) low = 0xA0;
      if (byte == 0xED) high = 0x9F;
      if (byte == 0xF0) low = 0x90;
      if (byte == 0xF4) high = 0x8F;
    }
  }
  return left == 0;
}

}  // namespace

absl::Status MergeYaml(std::string_view text, const YamlOptions& options,
                       google::protobuf::Message& message, std::vector<std::string>& warnings) {
  if (!IsUtf8(text)) return absl::InvalidArgumentError("the text is not UTF-8");
  absl::StatusOr<YamlNode> root = ParseYaml(text);
  if (!root.ok()) return root.status();
  ValidationErrors errors;
  YamlFields(options, errors, warnings).MergeMessage(*root, message);
  return errors.ToStatus("configuration");
}

}  // namespace outrigger::compiler
