#include "ctl/lint_node.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include <memory>
#include <utility>
#include <vector>

#include "base/validation_errors.h"
#include "compiler/any_content.h"
#include "compiler/yaml_fields.h"

namespace outrigger::ctl {

namespace {

constexpr std::string_view kWrapper = "envoy.service.discovery.v3.Resource";

void Examine(const YamlNode& node, google::protobuf::Message& message, compiler::Examiner& examiner,
             compiler::Examination& examination) {
  const compiler::YamlOptions options{.allows_unknown_fields = true, .keeps_unknown_types = true};
  ValidationErrors errors;
  std::vector<std::string> unknown;
  compiler::YamlFields(options, errors, unknown).MergeMessage(node, message);
  if (errors.ok()) {
    examination = examiner.Examine(message);
  } else {
    examination.mistakes = errors.messages();
  }
  examination.ignored.insert(examination.ignored.end(), unknown.begin(), unknown.end());
}

}  // namespace

std::string ShortTypeName(std::string_view type_url) {
  return std::string(type_url.substr(type_url.find_last_of("./") + 1));
}

LintedResource LintNode(const YamlNode& node, compiler::Examiner& examiner) {
  const std::string_view type_url = node.FindText("@type");
  if (const YamlNode* inner = node.Find("resource");
      inner != nullptr && compiler::TypeName(type_url) == kWrapper) {
    return LintNode(*inner, examiner);
  }
  LintedResource resource;
  resource.type = ShortTypeName(type_url);
  resource.name = node.FindText("name");
  if (resource.name.empty()) resource.name = node.FindText("cluster_name");
  if (resource.name.empty()) resource.name = node.FindText("clusterName");
  const auto message = compiler::NewMessage(compiler::TypeName(type_url));
  if (message == nullptr) {
    resource.examination.mistakes.push_back(
        type_url.empty() ? "must be an object with \"@type\""
                         : fmt::format("resources of type {} are not known here", type_url));
    return resource;
  }
  YamlNode fields = node;
  std::erase_if(fields.map, [](const YamlEntry& entry) { return entry.key == "@type"; });
  Examine(fields, *message, examiner, resource.examination);
  return resource;
}

}  // namespace outrigger::ctl
