#include "compiler/header_operation_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/fragments.h"
#include "envoy/config/route/v3/route.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::route::v3::RouteConfiguration;
using routing::HeaderOperations;
using testing::ElementsAre;
using testing::IsEmpty;

struct Operations {
  HeaderOperations value;
  Mistakes mistakes;
};

Operations Compile(const RouteConfiguration& proto) {
  Operations operations;
  ValidationErrors errors;
  operations.value =
      CompileHeaderOperations(proto.request_headers_to_add(), proto.request_headers_to_remove(),
                              {"request_headers_to_add", "request_headers_to_remove"}, errors);
  operations.mistakes = errors.messages();
  return operations;
}

Operations CompileAdd(std::string_view option) {
  return Compile(
      FromYaml<RouteConfiguration>(fmt::format("{{request_headers_to_add: [{}]}}", option)));
}
Operations CompileHeader(std::string_view key, std::string_view value) {
  return CompileAdd(fmt::format("{{header: {{key: '{}', value: '{}'}}}}", key, value));
}
Operations CompileRemove(std::string_view name) {
  return Compile(
      FromYaml<RouteConfiguration>(fmt::format("{{request_headers_to_remove: ['{}']}}", name)));
}

HeaderOperations::Append AppendOf(std::string_view fields) {
  const Operations operations =
      CompileAdd(fmt::format("{{header: {{key: a, value: b}}, {}}}", fields));
  EXPECT_THAT(operations.mistakes, IsEmpty());
  return operations.value.add[0].append;
}

TEST(HeaderOperationCompilerTest, HeadersAreAddedByLowerCaseName) {
  const Operations operations = CompileHeader("X-User", "Me");
  EXPECT_THAT(operations.mistakes, IsEmpty());
  EXPECT_EQ(operations.value.add[0].name, "x-user");
  EXPECT_EQ(operations.value.add[0].value, "Me");
  EXPECT_FALSE(operations.value.add[0].keeps_empty_value);
}

TEST(HeaderOperationCompilerTest, HeadersAreAppendedUnlessSaidOtherwise) {
  using Append = HeaderOperations::Append;
  EXPECT_EQ(AppendOf(""), Append::kAppendIfExistsOrAdd);
  EXPECT_EQ(AppendOf("append_action: ADD_IF_ABSENT"), Append::kAddIfAbsent);
  EXPECT_EQ(AppendOf("append_action: OVERWRITE_IF_EXISTS_OR_ADD"), Append::kOverwriteIfExistsOrAdd);
  EXPECT_EQ(AppendOf("append_action: OVERWRITE_IF_EXISTS"), Append::kOverwriteIfExists);
  EXPECT_EQ(AppendOf("append: false"), Append::kOverwriteIfExistsOrAdd);
  EXPECT_EQ(AppendOf("append: true"), Append::kAppendIfExistsOrAdd);
}

TEST(HeaderOperationCompilerTest, OneOfTheTwoWordsOnAppendingOnly) {
  EXPECT_THAT(
      CompileAdd("{header: {key: a, value: b}, append: true, append_action: ADD_IF_ABSENT}")
          .mistakes,
      ElementsAre("request_headers_to_add[0].append_action: must not be set together with append"));
}

TEST(HeaderOperationCompilerTest, RawValuesAndEmptyValuesAreTaken) {
  const Operations operations =
      CompileAdd("{header: {key: a, raw_value: aGk=}, keep_empty_value: true}");
  EXPECT_EQ(operations.value.add[0].value, "hi");
  EXPECT_TRUE(operations.value.add[0].keeps_empty_value);
}

TEST(HeaderOperationCompilerTest, TwoPercentSignsAreOne) {
  EXPECT_EQ(CompileHeader("a", "100%%").value.add[0].value, "100%");
}

TEST(HeaderOperationCompilerTest, OperatorsMakeAFormatOfAValue) {
  const Operations operations = CompileHeader("a", "at %START_TIME%");
  EXPECT_THAT(operations.mistakes, IsEmpty());
  EXPECT_EQ(operations.value.add[0].value, "");
  EXPECT_FALSE(operations.value.add[0].format.is_empty());
  EXPECT_TRUE(operations.value.has_formats());
  EXPECT_FALSE(CompileHeader("a", "100%%").value.has_formats());
}

TEST(HeaderOperationCompilerTest, OperatorsThatNobodyKnowsAreMistakes) {
  EXPECT_THAT(CompileHeader("a", "%NOPE%").mistakes,
              ElementsAre("request_headers_to_add[0].header.value: %NOPE% is not supported"));
  EXPECT_THAT(CompileHeader("a", "100%").mistakes,
              ElementsAre("request_headers_to_add[0].header.value: '%' begins no operator: a "
                          "percent sign is written %%"));
}

TEST(HeaderOperationCompilerTest, WhatRoutingHasLookedAtCannotBeChanged) {
  for (const char* name : {":path", ":authority", "Host"}) {
    const std::string lower = LowerCase(name);
    EXPECT_THAT(CompileHeader(name, "x").mistakes,
                ElementsAre(fmt::format(
                    "request_headers_to_add[0].header.key: {} cannot be changed here", lower)));
    EXPECT_THAT(
        CompileRemove(name).mistakes,
        ElementsAre(fmt::format("request_headers_to_remove[0]: {} cannot be changed here", lower)));
  }
}

TEST(HeaderOperationCompilerTest, R9_NoHeaderIsAddedThatFramesTheMessage) {
  for (const char* name :
       {"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"}) {
    EXPECT_THAT(CompileHeader(name, "x").mistakes,
                ElementsAre(fmt::format("request_headers_to_add[0].header.key: {} frames the "
                                        "message and cannot be added",
                                        name)));
  }
}

TEST(HeaderOperationCompilerTest, NamesOfHeadersAreTokens) {
  EXPECT_THAT(CompileHeader("a b", "x").mistakes,
              ElementsAre("request_headers_to_add[0].header.key: \"a b\" is no header name"));
}

TEST(HeaderOperationCompilerTest, ValuesOfHeadersHoldNoLineBreaks) {
  RouteConfiguration proto;
  auto& header = *proto.add_request_headers_to_add()->mutable_header();
  header.set_key("a");
  header.set_value("b\r\nc: d");
  EXPECT_THAT(Compile(proto).mistakes,
              ElementsAre("request_headers_to_add[0].header.value: must hold no NUL, CR or LF"));
  header.clear_value();
  header.set_raw_value("b\nc: d");
  EXPECT_THAT(
      Compile(proto).mistakes,
      ElementsAre("request_headers_to_add[0].header.raw_value: must hold no NUL, CR or LF"));
}

TEST(HeaderOperationCompilerTest, HeadersAreRemovedByLowerCaseName) {
  EXPECT_THAT(CompileRemove("X-User").value.remove, ElementsAre("x-user"));
}

TEST(HeaderOperationCompilerTest, ThereAreAtMostAThousandAdditions) {
  RouteConfiguration proto;
  for (int i = 0; i < 1000; ++i) {
    auto& header = *proto.add_request_headers_to_add()->mutable_header();
    header.set_key("a");
    header.set_value("b");
  }
  EXPECT_THAT(Compile(proto).mistakes, IsEmpty());
  *proto.add_request_headers_to_add() = proto.request_headers_to_add(0);
  EXPECT_THAT(Compile(proto).mistakes,
              ElementsAre("request_headers_to_add: must have at most 1000 elements"));
}

}  // namespace
}  // namespace outrigger::compiler
