// What api/required_fields.txt promises: the fields of listeners, routes, clusters and endpoints
// that real control planes send, or that users name, each of them handled.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/any_content.h"
#include "compiler/proto_rules.h"

namespace outrigger::compiler {
namespace {

using testing::IsEmpty;

std::vector<std::string> RequiredFields() {
  std::ifstream file(OUTRIGGER_REQUIRED_FIELDS);
  std::vector<std::string> fields;
  for (std::string line; std::getline(file, line);) fields.push_back(line);
  return fields;
}

// The full name of a message, and the name of its field.
std::pair<std::string_view, std::string_view> Split(std::string_view name) {
  const size_t dot = name.rfind('.');
  return {name.substr(0, dot), name.substr(dot + 1)};
}

bool IsHandled(std::string_view name) {
  const auto [message, field] = Split(name);
  const FieldRule* rule = FindFieldRule(message, field);
  return rule != nullptr && rule->use == FieldUse::kHandled;
}

TEST(RequiredFieldsTest, EachStandsInTheListOnceAndInOrder) {
  const std::vector<std::string> fields = RequiredFields();
  EXPECT_GT(fields.size(), 500);
  EXPECT_EQ(std::ranges::adjacent_find(fields, std::greater_equal<>()), fields.end());
}

TEST(RequiredFieldsTest, EachIsAFieldOfTheApi) {
  for (const std::string& name : RequiredFields()) {
    const auto [message_name, field] = Split(name);
    const auto message = NewMessage(std::string(message_name));
    ASSERT_NE(message, nullptr) << name;
    EXPECT_NE(message->GetDescriptor()->FindFieldByName(std::string(field)), nullptr) << name;
  }
}

TEST(RequiredFieldsTest, EachIsHandled) {
  std::vector<std::string> missing;
  for (const std::string& name : RequiredFields()) {
    if (!IsHandled(name)) missing.push_back(name);
  }
  EXPECT_THAT(missing, IsEmpty());
}

}  // namespace
}  // namespace outrigger::compiler
