// A resource of one of the kinds (`compiler/resource_kinds.h`), from its bytes.
//
// Internal to compiler/. Thread: control.
#pragma once

#include <google/protobuf/arena.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/proto_rules.h"

namespace outrigger::compiler {

// From the message's bytes, with the rules that the API states and what becomes of its fields.
template <typename Kind>
std::shared_ptr<const typename Kind::Value> CompileBytes(Kind& kind, std::string_view bytes,
                                                         ValidationErrors& errors) {
  google::protobuf::Arena arena;  // freed whole, not message by message
  auto& proto = *google::protobuf::Arena::CreateMessage<typename Kind::Proto>(&arena);
  if (!proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    errors.Add(kCannotBeParsed);
    return nullptr;
  }
  CheckValidationRules(proto, errors);
  std::vector<std::string> ignored;
  CheckFieldUse(proto, errors, ignored);
  return kind.Compile(proto, errors);
}

}  // namespace outrigger::compiler
