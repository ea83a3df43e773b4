// What there is to check in a message of one type, read once from the API's own options: most of
// its fields have no rule that could be broken.
//
// Owned by whoever checks; a plan refers to generated descriptors, which stay. Thread: control.
#pragma once

#include <google/protobuf/descriptor.h>

#include <vector>

#include "absl/container/node_hash_map.h"
#include "validate/validate.pb.h"

namespace outrigger::compiler {

struct CheckedField {
  const google::protobuf::FieldDescriptor* field;
  const validate::FieldRules* rules;
  bool is_required;  // and of no oneof, of which only the member that is set has rules to keep
  bool has_rules;    // of its own: else only what it holds is checked
};

struct RulePlan {
  bool is_disabled = false;
  std::vector<const google::protobuf::OneofDescriptor*> required_oneofs;
  std::vector<CheckedField> fields;  // in the order of the message
};

class RulePlans {
 public:
  const RulePlan& Of(const google::protobuf::Descriptor& type);

 private:
  absl::node_hash_map<const google::protobuf::Descriptor*, RulePlan> plans_;
};

}  // namespace outrigger::compiler
