#include "compiler/rule_plan.h"

#include <string>

namespace outrigger::compiler {

namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

bool IsRequired(const validate::FieldRules& rules) {
  return rules.message().required() || rules.duration().required() || rules.any().required() ||
         rules.timestamp().required();
}

// Whether a value without rules of its own is checked all the same: messages hold fields that have
// some, a duration must be one, numbers and enums must be values of theirs.
bool IsCheckedAnyway(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      const std::string& name = field.message_type()->full_name();
      return !name.starts_with("google.protobuf.") || name == "google.protobuf.Any" ||
             name == "google.protobuf.Duration" || name == "google.protobuf.DoubleValue" ||
             name == "google.protobuf.FloatValue";
    }
    case FieldDescriptor::CPPTYPE_ENUM:
    case FieldDescriptor::CPPTYPE_FLOAT:
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return true;
    default:
      return false;
  }
}

RulePlan PlanFor(const Descriptor& type) {
  RulePlan plan;
  plan.is_disabled = type.options().GetExtension(validate::disabled);
  for (int i = 0; i < type.real_oneof_decl_count(); ++i) {
    const auto& oneof = *type.oneof_decl(i);
    if (oneof.options().GetExtension(validate::required)) plan.required_oneofs.push_back(&oneof);
  }
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const bool has_rules = field.options().HasExtension(validate::rules);
    if (!has_rules && !IsCheckedAnyway(field)) continue;
    const validate::FieldRules& rules = field.options().GetExtension(validate::rules);
    plan.fields.push_back(
        {&field, &rules, IsRequired(rules) && field.real_containing_oneof() == nullptr, has_rules});
  }
  return plan;
}

}  // namespace

const RulePlan& RulePlans::Of(const Descriptor& type) {
  const auto known = plans_.find(&type);
  return known != plans_.end() ? known->second : plans_.emplace(&type, PlanFor(type)).first->second;
}

}  // namespace outrigger::compiler
