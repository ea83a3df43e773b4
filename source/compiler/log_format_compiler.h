// envoy.config.core.v3.SubstitutionFormatString -> a log_format, or every mistake by field path.
//
// Thread: control.
#pragma once

#include <google/protobuf/struct.pb.h>

#include <string_view>

#include "base/validation_errors.h"
#include "envoy/config/core/v3/substitution_format_string.pb.h"
#include "logging/body_format.h"

namespace outrigger::compiler {

// What is written where nothing is said: Envoy's own line.
logging::LogFormat DefaultLogFormat();

logging::LogFormat CompileLogFormat(const envoy::config::core::v3::SubstitutionFormatString& proto,
                                    ValidationErrors& errors);
// The body of an answer, with its content-type.
logging::BodyFormat CompileBodyFormat(
    const envoy::config::core::v3::SubstitutionFormatString& proto, ValidationErrors& errors);
// At the current field path. A format string alone:
logging::TextFormat CompileTextFormat(std::string_view text, ValidationErrors& errors);
logging::LogFormat CompileTextLogFormat(std::string_view text, bool omits_missing,
                                        ValidationErrors& errors);
logging::LogFormat CompileJsonLogFormat(const google::protobuf::Struct& proto, bool omits_missing,
                                        ValidationErrors& errors);

}  // namespace outrigger::compiler
