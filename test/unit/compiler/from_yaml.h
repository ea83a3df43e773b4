// Messages from YAML text, and what the compiler says about them: each resource goes the way it
// goes when it is received (validation rules, field table, compiler).
//
// Thread: any.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/proto_rules.h"
#include "compiler/proto_yaml.h"

namespace outrigger::compiler {

template <typename Proto>
Proto FromYaml(std::string_view text) {
  Proto proto;
  std::vector<std::string> warnings;
  const absl::Status status = MergeYaml(text, {}, proto, warnings);
  EXPECT_TRUE(status.ok()) << status;
  return proto;
}

template <typename Value>
struct Compiled {
  std::shared_ptr<const Value> value;
  std::vector<std::string> mistakes;
  std::vector<std::string> ignored;
};

// `compile(proto, errors)` is the compiler under test.
template <typename Value, typename Proto, typename Compile>
Compiled<Value> CompileLikeReceived(const Proto& proto, Compile compile) {
  Compiled<Value> compiled;
  ValidationErrors errors;
  CheckValidationRules(proto, errors);
  CheckFieldUse(proto, errors, compiled.ignored);
  compiled.value = compile(proto, errors);
  compiled.mistakes = errors.messages();
  EXPECT_EQ(compiled.value == nullptr, !errors.ok());
  return compiled;
}

using Mistakes = std::vector<std::string>;

}  // namespace outrigger::compiler
