#include "compiler/log_format_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "compiler/any_content.h"
#include "compiler/bytes_source.h"
#include "compiler/fragments.h"

namespace outrigger::compiler {

namespace {

using google::protobuf::Struct;
using google::protobuf::Value;
using FormatProto = envoy::config::core::v3::SubstitutionFormatString;

constexpr std::string_view kEnvoyLine =
    "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" "
    "%RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% "
    "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" "
    "\"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\"\n";

// They add operators; those that have a subject here are always there.
constexpr std::string_view kKnownFormatters[] = {
    "envoy.extensions.formatter.metadata.v3.Metadata",
    "envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery",
};

// A JSON format being compiled, of which the proto's nesting has been checked.
class JsonCompiler {
 public:
  JsonCompiler(bool omits_missing, ValidationErrors& errors)
      : format_(omits_missing), errors_(errors) {}

  logging::JsonFormat Compile(const Struct& proto) {
    CompileStruct(proto);
    return std::move(format_);
  }

 private:
  // Keys in order, as Envoy writes them.
  void CompileStruct(const Struct& proto) {
    std::map<std::string_view, const Value*> sorted;
    for (const auto& [key, value] : proto.fields()) sorted[key] = &value;
    format_.Open('{');
    for (const auto& [key, value] : sorted) {
      const ValidationErrors::ScopedField scope(errors_, fmt::format("[{}]", key));
      format_.Key(key);
      CompileValue(*value);
    }
    format_.Close('}');
  }

  void CompileList(const google::protobuf::ListValue& proto) {
    format_.Open('[');
    for (int i = 0; i < proto.values_size(); ++i) {
      const ValidationErrors::ScopedField scope(errors_, "", static_cast<size_t>(i));
      CompileValue(proto.values(i));
    }
    format_.Close(']');
  }

  void CompileValue(const Value& proto) {
    switch (proto.kind_case()) {
      case Value::kStructValue:
        CompileStruct(proto.struct_value());
        return;
      case Value::kListValue:
        CompileList(proto.list_value());
        return;
      case Value::kStringValue:
        format_.Value(CompileTextFormat(proto.string_value(), errors_));
        return;
      case Value::kNumberValue:
        format_.Literal(fmt::format("{}", proto.number_value()));
        return;
      case Value::kBoolValue:
        format_.Literal(proto.bool_value() ? "true" : "false");
        return;
      case Value::kNullValue:
      case Value::KIND_NOT_SET:
        format_.Literal("null");
        return;
    }
  }

  logging::JsonFormat format_;
  ValidationErrors& errors_;
};

void CheckFormatters(const FormatProto& proto, ValidationErrors& errors) {
  for (int i = 0; i < proto.formatters_size(); ++i) {
    const auto& any = proto.formatters(i).typed_config();
    const std::string type = InnerTypeName(any);
    if (std::find(std::begin(kKnownFormatters), std::end(kKnownFormatters), type) !=
        std::end(kKnownFormatters)) {
      continue;
    }
    const ValidationErrors::ScopedField scope(errors, "formatters", static_cast<size_t>(i));
    const ValidationErrors::ScopedField field(errors, "typed_config");
    errors.Add(fmt::format("{} is not supported yet", DescribeAny(any)));
  }
}

}  // namespace

logging::TextFormat CompileTextFormat(std::string_view text, ValidationErrors& errors) {
  absl::StatusOr<logging::TextFormat> format =
      logging::TextFormat::Compile(text, logging::FormatEnvironment::OfProcess());
  if (format.ok()) return *std::move(format);
  errors.Add(std::string(format.status().message()));
  return {};
}

logging::LogFormat DefaultLogFormat() {
  ValidationErrors none;
  return CompileTextLogFormat(kEnvoyLine, /*omits_missing=*/false, none);
}

logging::LogFormat CompileTextLogFormat(std::string_view text, bool omits_missing,
                                        ValidationErrors& errors) {
  return {CompileTextFormat(text, errors), omits_missing};
}

logging::LogFormat CompileJsonLogFormat(const Struct& proto, bool omits_missing,
                                        ValidationErrors& errors) {
  return logging::LogFormat(JsonCompiler(omits_missing, errors).Compile(proto));
}

logging::LogFormat CompileLogFormat(const FormatProto& proto, ValidationErrors& errors) {
  CheckFormatters(proto, errors);
  switch (proto.format_case()) {
    case FormatProto::kTextFormat: {
      const ValidationErrors::ScopedField scope(errors, "text_format");
      return CompileTextLogFormat(proto.text_format(), proto.omit_empty_values(), errors);
    }
    case FormatProto::kTextFormatSource: {
      const ValidationErrors::ScopedField scope(errors, "text_format_source");
      return CompileTextLogFormat(ReadDataSource(proto.text_format_source(), errors),
                                  proto.omit_empty_values(), errors);
    }
    case FormatProto::kJsonFormat: {
      const ValidationErrors::ScopedField scope(errors, "json_format");
      return CompileJsonLogFormat(proto.json_format(), proto.omit_empty_values(), errors);
    }
    case FormatProto::FORMAT_NOT_SET:
      break;  // the validation rules have said why
  }
  return {};
}

logging::BodyFormat CompileBodyFormat(const FormatProto& proto, ValidationErrors& errors) {
  logging::BodyFormat body;
  body.format = CompileLogFormat(proto, errors);
  body.content_type = proto.content_type();
  if (body.content_type.empty()) {
    body.content_type = proto.has_json_format() ? "application/json" : "text/plain";
  }
  return body;
}

}  // namespace outrigger::compiler
