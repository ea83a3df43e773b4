// Sets the fields of a message from a YAML tree, guided by the message's descriptor.
//
// One object for one document; every mistake goes to the errors given, with its field path.
// Thread: any (no state beyond the document).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/validation_errors.h"
#include "base/yaml.h"
#include "compiler/proto_yaml.h"

namespace google::protobuf {
class FieldDescriptor;
class Message;
}  // namespace google::protobuf

namespace outrigger::compiler {

class YamlFields {
 public:
  static constexpr size_t kWarningsMax = 100;

  YamlFields(const YamlOptions& options, ValidationErrors& errors,
             std::vector<std::string>& warnings)
      : options_(options), errors_(errors), warnings_(warnings) {}

  void MergeMessage(const YamlNode& node, google::protobuf::Message& message);

 private:
  using Message = google::protobuf::Message;
  using Field = google::protobuf::FieldDescriptor;

  void MergeFields(const YamlNode& node, Message& message, std::string_view skipped_key);
  void SkipUnknownField(const YamlEntry& entry, const Message& message);
  void SetField(const YamlNode& node, const Field& field, Message& message);
  void SetList(const YamlNode& node, const Field& field, Message& message);
  void AddElement(const YamlNode& node, const Field& field, Message& message);
  void AddMapEntries(const YamlNode& node, const Field& field, Message& message);
  // Adds an error when another member of the field's oneof is set.
  void CheckOneof(const Field& field, const Message& message);
  // Sets or, for a repeated field, appends one scalar.
  void PutScalar(const YamlNode& node, const Field& field, Message& message);
  void PutString(const YamlNode& node, const Field& field, Message& message);
  void PutBool(const YamlNode& node, const Field& field, Message& message);
  void PutEnum(const YamlNode& node, const Field& field, Message& message);
  void PutNumber(const YamlNode& node, const Field& field, Message& message);

  // True when the message is one with a notation of its own, which has been read. These and the
  // following are in yaml_well_known.cc.
  bool MergeWellKnown(const YamlNode& node, Message& message);
  void MergeAny(const YamlNode& node, Message& message);
  void MergeDuration(const YamlNode& node, Message& message);
  void MergeTimestamp(const YamlNode& node, Message& message);
  void MergeFieldMask(const YamlNode& node, Message& message);
  void MergeStruct(const YamlNode& node, Message& message);
  void MergeValue(const YamlNode& node, Message& message);
  void MergeList(const YamlNode& node, Message& message);

  void Warn(std::string_view what);

  const YamlOptions& options_;
  ValidationErrors& errors_;
  std::vector<std::string>& warnings_;
};

// What a node is, for messages: "a list".
std::string_view KindName(const YamlNode& node);
// YAML 1.1's words for true and false, as Envoy takes them: yes, No, ON, off, y, n; null when
// quoted or something else.
std::optional<bool> ParseYamlBool(const YamlNode& node);
// JSON's numbers: no blanks, no hexadecimal, nothing infinite. 1e3 is an integer too.
bool ParseYamlNumber(std::string_view text, double& number);

}  // namespace outrigger::compiler
