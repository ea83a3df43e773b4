#include "compiler/http1_options.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::core::v3::Http1ProtocolOptions;
using http::http1::HeaderCase;
using testing::ElementsAre;
using testing::IsEmpty;

struct Http1 {
  http::http1::Options options;
  Mistakes mistakes;
};

Http1 Compile(std::string_view yaml) {
  const auto proto = FromYaml<Http1ProtocolOptions>(yaml);
  ValidationErrors errors;
  std::vector<std::string> ignored;
  CheckFieldUse(proto, errors, ignored);
  Http1 http1;
  CompileHttp1Options(proto, http1.options, errors);
  http1.mistakes = errors.messages();
  return http1;
}

std::string Formatter(std::string_view type) {
  return fmt::format(
      "header_key_format: {{stateful_formatter: {{name: f, typed_config: {{'@type': "
      "type.googleapis.com/{}}}}}}}",
      type);
}

TEST(Http1OptionsTest, NamesAreInLowerCaseByDefault) {
  const Http1 http1 = Compile("{}");
  EXPECT_THAT(http1.mistakes, IsEmpty());
  EXPECT_EQ(http1.options, http::http1::Options());
}

TEST(Http1OptionsTest, ProperWordsAreTaken) {
  EXPECT_EQ(Compile("header_key_format: {proper_case_words: {}}").options.header_case,
            HeaderCase::kProper);
}

TEST(Http1OptionsTest, OfStatefulFormattersTheOneThatPreservesIsTaken) {
  const Http1 http1 = Compile(Formatter(
      "envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig"));
  EXPECT_THAT(http1.mistakes, IsEmpty());
  EXPECT_TRUE(http1.options.keeps_original_names);
  EXPECT_THAT(Compile(Formatter("envoy.extensions.filters.http.router.v3.Router")).mistakes,
              ElementsAre("header_key_format.stateful_formatter: must be "
                          "PreserveCaseFormatterConfig, is "
                          "envoy.extensions.filters.http.router.v3.Router"));
}

TEST(Http1OptionsTest, R1_TwoLengthsOfOneMessageCannotBeAllowed) {
  EXPECT_THAT(Compile("{allow_chunked_length: true}").mistakes,
              ElementsAre("allow_chunked_length: is not supported: it lets requests be smuggled"));
}

}  // namespace
}  // namespace outrigger::compiler
