// One resource as a fuzz input: serialized bytes, or YAML text, which mutates into deeper mistakes.
// It goes the way of a resource that is received.
//
// Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/validation_errors.h"
#include "compiler/proto_rules.h"
#include "compiler/proto_yaml.h"

namespace outrigger::compiler {

// No serialized resource begins with a brace: it would be field 15, of type 3.
template <typename Proto>
bool ReadInput(const uint8_t* bytes, size_t size, Proto& proto) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  std::vector<std::string> warnings;
  if (text.starts_with('{')) return MergeYaml(text, {}, proto, warnings).ok();
  return proto.ParseFromArray(bytes, static_cast<int>(size));
}

// What is compiled; null when the input is not fit for it. `compile(proto, errors)`.
template <typename Proto, typename Compile>
auto CompileInput(const uint8_t* bytes, size_t size, Compile compile)
    -> decltype(compile(std::declval<const Proto&>(), std::declval<ValidationErrors&>())) {
  Proto proto;
  if (!ReadInput(bytes, size, proto)) return nullptr;
  ValidationErrors errors;
  CheckValidationRules(proto, errors);
  std::vector<std::string> ignored;
  CheckFieldUse(proto, errors, ignored);
  auto value = compile(proto, errors);
  OUTRIGGER_CHECK((value == nullptr) == !errors.ok());
  OUTRIGGER_CHECK(errors.path().empty());
  OUTRIGGER_CHECK(errors.messages().size() <= ValidationErrors::kErrorsMax);
  return value;
}

}  // namespace outrigger::compiler
