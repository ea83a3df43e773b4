#include "compiler/examination.h"

#include <fmt/format.h>
#include <google/protobuf/message.h>

#include "compiler/proto_rules.h"
#include "compiler/resource_kinds.h"

namespace outrigger::compiler {

namespace {

using google::protobuf::Message;

void Check(const Message& message, ValidationErrors& errors, Examination& examination) {
  CheckValidationRules(message, errors);
  CheckFieldUse(message, errors, examination.ignored);
  examination.handled = HandledFields(message);
}

// False when the message is of another type.
template <typename Kind>
bool Compile(Kind kind, const Message& message, ValidationErrors& errors,
             std::shared_ptr<const typename Kind::Value>* value = nullptr) {
  const auto* proto = dynamic_cast<const typename Kind::Proto*>(&message);
  if (proto == nullptr) return false;
  if (Kind::NameOf(*proto).empty()) errors.Add("resource without a name");
  auto compiled = kind.Compile(*proto, errors);
  if (value != nullptr) *value = std::move(compiled);
  return true;
}

}  // namespace

Examination Examiner::Examine(const Message& message) {
  Examination examination;
  ValidationErrors errors;
  Check(message, errors, examination);
  const CompileContext context{environment_, stats_, tls_};
  std::shared_ptr<const Secret> secret;
  if (Compile(SecretKind{}, message, errors, &secret)) {
    const auto& proto = dynamic_cast<const SecretKind::Proto&>(message);
    secrets_[proto.name()].value = std::move(secret);
  } else if (!Compile(ClusterKind{context}, message, errors) &&
             !Compile(EndpointKind{}, message, errors) &&
             !Compile(RouteKind{environment_}, message, errors) &&
             !Compile(ScopeKind{environment_, {}}, message, errors) &&
             !Compile(HostKind{environment_, {}}, message, errors) &&
             !Compile(RuntimeKind{}, message, errors) &&
             !Compile(ListenerKind{{context, discovered_filters_}, {}}, message, errors) &&
             !Compile(ExtensionKind{}, message, errors)) {
    errors.Add(fmt::format("resources of type {} are not known here", message.GetTypeName()));
  }
  examination.mistakes = errors.messages();
  examination.passing = errors.passing();
  if (errors.count() > examination.mistakes.size()) {
    examination.mistakes.push_back(
        fmt::format("and {} more", errors.count() - examination.mistakes.size()));
  }
  return examination;
}

Examination ExamineFields(const Message& message) {
  Examination examination;
  ValidationErrors errors;
  Check(message, errors, examination);
  examination.mistakes = errors.messages();
  return examination;
}

}  // namespace outrigger::compiler
