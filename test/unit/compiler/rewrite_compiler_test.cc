#include "compiler/rewrite_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <re2/re2.h>

#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::route::v3::RedirectAction;
using envoy::config::route::v3::RouteAction;
using routing::HostRewrite;
using routing::PathRewrite;
using routing::PrefixRewrite;
using routing::RegexRewrite;
using testing::ElementsAre;
using testing::IsEmpty;

struct Rewrites {
  PathRewrite path;
  HostRewrite host;
};

Compiled<Rewrites> Compile(std::string_view fields) {
  const auto proto = FromYaml<RouteAction>(fmt::format("{{cluster: c, {}}}", fields));
  return CompileLikeReceived<Rewrites>(proto,
                                       [](const RouteAction& action, ValidationErrors& errors) {
                                         auto compiled = std::make_shared<Rewrites>();
                                         compiled->path = CompilePathRewrite(action, errors);
                                         compiled->host = CompileHostRewrite(action, errors);
                                         return errors.ok() ? compiled : nullptr;
                                       });
}

Rewrites Good(std::string_view fields) {
  const auto compiled = Compile(fields);
  EXPECT_THAT(compiled.mistakes, IsEmpty());
  return compiled.value == nullptr ? Rewrites() : *compiled.value;
}

Mistakes Wrong(std::string_view fields) { return Compile(fields).mistakes; }

TEST(RewriteCompilerTest, AnExpressionKeepsItsPatternAndSubstitution) {
  const Rewrites rewrites =
      Good(R"(regex_rewrite: {pattern: {regex: "^/a/(.*)$"}, substitution: '/\1'})");
  const auto& regex = std::get<RegexRewrite>(rewrites.path);
  EXPECT_EQ(regex.regex->pattern(), "^/a/(.*)$");
  EXPECT_EQ(regex.substitution, R"(/\1)");
}

TEST(RewriteCompilerTest, RedirectsTakeExpressionsToo) {
  const auto proto =
      FromYaml<RedirectAction>("{regex_rewrite: {pattern: {regex: a}, substitution: b}}");
  ValidationErrors errors;
  const PathRewrite rewrite = CompilePathRewrite(proto, errors);
  EXPECT_TRUE(errors.ok());
  EXPECT_EQ(std::get<RegexRewrite>(rewrite).pattern, "a");
}

TEST(RewriteCompilerTest, NoRewriteIsNone) {
  EXPECT_EQ(Good("timeout: 1s").path, PathRewrite());
  EXPECT_EQ(Good("prefix_rewrite: ''").path, PathRewrite());
  EXPECT_EQ(Good("host_rewrite_literal: ''").host, HostRewrite());
  EXPECT_EQ(Good("host_rewrite_header: ''").host, HostRewrite());
  EXPECT_EQ(Good("auto_host_rewrite: false").host, HostRewrite());
}

TEST(RewriteCompilerTest, HostsComeFromFourPlaces) {
  using Kind = HostRewrite::Kind;
  EXPECT_EQ(Good("host_rewrite_literal: 'other:80'").host,
            (HostRewrite{.kind = Kind::kLiteral, .text = "other:80"}));
  EXPECT_EQ(Good("host_rewrite_header: X-Host").host,
            (HostRewrite{.kind = Kind::kHeader, .text = "x-host"}));
  EXPECT_EQ(Good("auto_host_rewrite: true, append_x_forwarded_host: true").host,
            (HostRewrite{.kind = Kind::kEndpoint, .appends_forwarded_host = true}));
  const HostRewrite path =
      Good("host_rewrite_path_regex: {pattern: {regex: a}, substitution: b}").host;
  EXPECT_EQ(path.kind, Kind::kPathRegex);
  EXPECT_EQ(path.regex.substitution, "b");
}

TEST(RewriteCompilerTest, WhatNoRequestMayHoldIsRefused) {
  EXPECT_THAT(Wrong("prefix_rewrite: '/a b'"),
              ElementsAre("prefix_rewrite: holds what no path may hold"));
  EXPECT_THAT(Wrong("regex_rewrite: {pattern: {regex: a}, substitution: 'a b'}"),
              ElementsAre("regex_rewrite.substitution: holds what no path may hold"));
  EXPECT_THAT(Wrong("host_rewrite_literal: a b"),
              ElementsAre("host_rewrite_literal: \"a b\" is no host"));
}

TEST(RewriteCompilerTest, SubstitutionsMustFitTheirPattern) {
  EXPECT_THAT(Wrong("regex_rewrite: {pattern: {regex: '('}, substitution: b}"),
              ElementsAre(testing::StartsWith("regex_rewrite.pattern: regular expression: ")));
  EXPECT_THAT(Wrong(R"(regex_rewrite: {pattern: {regex: a}, substitution: '\9'})"),
              ElementsAre(testing::StartsWith("regex_rewrite.substitution: ")));
  EXPECT_THAT(
      Wrong(fmt::format("host_rewrite_path_regex: {{pattern: {{regex: a}}, substitution: '{}'}}",
                        std::string(kSubstitutionBytesMax + 1, 'a'))),
      ElementsAre("host_rewrite_path_regex.substitution: must have at most 1024 bytes"));
}

TEST(RewriteCompilerTest, APathIsRewrittenInOneWay) {
  EXPECT_THAT(Wrong("prefix_rewrite: /a, regex_rewrite: {pattern: {regex: a}, substitution: b}"),
              ElementsAre("regex_rewrite: must not be set together with prefix_rewrite"));
}

}  // namespace
}  // namespace outrigger::compiler
