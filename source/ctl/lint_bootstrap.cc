#include "ctl/lint_bootstrap.h"

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/validation_errors.h"
#include "compiler/any_content.h"
#include "compiler/configuration.h"
#include "compiler/proto_rules.h"
#include "compiler/yaml_fields.h"
#include "ctl/lint_node.h"
#include "envoy/config/bootstrap/v3/bootstrap.pb.h"

namespace outrigger::ctl {

namespace {

using BootstrapProto = envoy::config::bootstrap::v3::Bootstrap;

constexpr std::string_view kOwnField = "bootstrap: ";  // how those that are its own begin

// False when the tree is no bootstrap; then the resource says why.
bool Read(const YamlNode& root, BootstrapProto& proto, compiler::Examination& examination) {
  const compiler::YamlOptions options{.allows_unknown_fields = true, .keeps_unknown_types = true};
  ValidationErrors errors;
  compiler::YamlFields(options, errors, examination.ignored).MergeMessage(root, proto);
  examination.mistakes = errors.messages();
  return errors.ok();
}

void LintAll(std::string_view type_url, const std::vector<std::string>& all,
             compiler::Examiner& examiner, std::vector<LintedResource>& resources) {
  for (const std::string& bytes : all) {
    const auto message = compiler::NewMessage(compiler::TypeName(type_url));
    // They have just been serialized.
    static_cast<void>(message->ParseFromString(bytes));
    const auto* name = message->GetDescriptor()->FindFieldByName("name");
    resources.push_back({ShortTypeName(type_url),
                         message->GetReflection()->GetString(*message, name),
                         examiner.Examine(*message)});
  }
}

}  // namespace

LintedResource LintBootstrapAlone(const YamlNode& root, Bootstrap& bootstrap) {
  BootstrapProto proto;
  LintedResource own{"Bootstrap", "", {}};
  compiler::Examination& examination = own.examination;
  if (!Read(root, proto, examination)) return own;
  own.name = proto.node().id();
  BootstrapProto alone = proto;
  alone.clear_static_resources();
  examination.handled = compiler::HandledFields(alone);
  const ValidationErrors errors = CompileBootstrap(proto, bootstrap);
  examination.mistakes = errors.messages();
  examination.passing = errors.passing();
  for (const std::string& field : bootstrap.without_effect) {
    if (!field.starts_with(kOwnField)) continue;
    examination.ignored.push_back(field.substr(kOwnField.size()));
  }
  return own;
}

void LintBootstrap(const YamlNode& root, std::vector<LintedResource>& resources) {
  Bootstrap bootstrap;
  resources.push_back(LintBootstrapAlone(root, bootstrap));
  compiler::Examiner examiner(compiler::TlsCompiler::Keys::kAreThere);
  LintAll(compiler::kSecretType, bootstrap.static_secrets, examiner, resources);
  LintAll(compiler::kClusterType, bootstrap.static_clusters, examiner, resources);
  LintAll(compiler::kListenerType, bootstrap.static_listeners, examiner, resources);
}

}  // namespace outrigger::ctl
