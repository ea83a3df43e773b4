#include "compiler/http1_options.h"

#include <fmt/format.h>

#include "compiler/any_content.h"
#include "compiler/fragments.h"

namespace outrigger::compiler {

namespace {

constexpr std::string_view kPreserveCase =
    "envoy.extensions.http.header_formatters.preserve_case.v3.PreserveCaseFormatterConfig";

}  // namespace

void CompileHttp1Options(const envoy::config::core::v3::Http1ProtocolOptions& proto,
                         http::http1::Options& options, ValidationErrors& errors) {
  const auto& format = proto.header_key_format();
  if (format.has_proper_case_words()) options.header_case = http::http1::HeaderCase::kProper;
  if (!format.has_stateful_formatter()) return;
  const ValidationErrors::ScopedField scope(errors, "header_key_format.stateful_formatter");
  const auto& any = format.stateful_formatter().typed_config();
  if (InnerTypeName(any) == kPreserveCase) {
    options.keeps_original_names = true;
  } else {
    errors.Add(fmt::format("must be PreserveCaseFormatterConfig, is {}", DescribeAny(any)));
  }
}

}  // namespace outrigger::compiler
