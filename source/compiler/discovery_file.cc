#include "compiler/discovery_file.h"

#include <fmt/format.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <limits>
#include <memory>

#include "base/validation_errors.h"
#include "base/yaml.h"
#include "compiler/any_content.h"
#include "compiler/fragments.h"
#include "compiler/proto_rules.h"
#include "compiler/yaml_fields.h"
#include "envoy/service/discovery/v3/discovery.pb.h"

namespace outrigger::compiler {

namespace {

using envoy::service::discovery::v3::DiscoveryResponse;
using google::protobuf::Any;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kEmpty[] = "is empty";

// The first mistake; what the parser says after it is seldom of use.
class FirstError final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (text_.empty()) text_ = fmt::format("line {}, column {}: {}", line + 1, column + 1, message);
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

absl::Status ParseTextForm(std::string_view text, DiscoveryResponse& response) {
  FirstError error;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  parser.SetRecursionLimit(kNestingMax);
  if (parser.ParseFromString(std::string(text), &response)) return absl::OkStatus();
  return absl::InvalidArgumentError(error.text().empty() ? "is not the text of a DiscoveryResponse"
                                                         : error.text());
}

absl::Status ParseYamlForm(std::string_view text, DiscoveryResponse& response,
                           std::vector<std::string>& warnings) {
  const absl::StatusOr<YamlNode> root = ParseYaml(text);
  if (!root.ok()) return root.status();
  if (root->is_null()) return absl::InvalidArgumentError(kEmpty);
  const YamlOptions options{.allows_unknown_fields = true};
  ValidationErrors errors;
  YamlFields(options, errors, warnings).MergeMessage(*root, response);
  return errors.ToStatus();
}

absl::Status Parse(std::string_view path, std::string_view text, DiscoveryResponse& response,
                   std::vector<std::string>& warnings) {
  // As a message it would be one that removes everything; a file has rather been cut off.
  if (text.empty()) return absl::InvalidArgumentError(kEmpty);
  const std::string lower = LowerCase(path);
  if (lower.ends_with(".pb_text")) return ParseTextForm(text, response);
  if (!lower.ends_with(".pb")) return ParseYamlForm(text, response, warnings);
  if (text.size() <= static_cast<size_t>(std::numeric_limits<int>::max()) &&
      response.ParseFromArray(text.data(), static_cast<int>(text.size()))) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError("is not a serialized DiscoveryResponse");
}

// Its first field, whatever its type calls it.
std::string NameOf(const Any& payload) {
  const std::unique_ptr<Message> message = UnpackAny(payload);
  if (message == nullptr) return {};
  const FieldDescriptor* field = message->GetDescriptor()->FindFieldByNumber(1);
  if (field == nullptr || field->is_repeated() ||
      field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    return {};
  }
  return message->GetReflection()->GetString(*message, field);
}

DiscoveryContent::Resource ToResource(const Any& item) {
  envoy::service::discovery::v3::Resource wrapper;
  const bool is_wrapped = item.Is<decltype(wrapper)>() && item.UnpackTo(&wrapper);
  const Any& payload = is_wrapped ? wrapper.resource() : item;
  return {NameOf(payload), payload.type_url(), payload.value()};
}

}  // namespace

absl::StatusOr<DiscoveryContent> ParseDiscoveryFile(std::string_view path, std::string_view text,
                                                    std::vector<std::string>& warnings) {
  DiscoveryResponse response;
  if (absl::Status status = Parse(path, text, response, warnings); !status.ok()) return status;
  DiscoveryContent content;
  content.version = response.version_info();
  for (const Any& item : response.resources()) content.resources.push_back(ToResource(item));
  return content;
}

}  // namespace outrigger::compiler
