// What filters note, and conditions on it, as values.
//
// Each adds an error at the current field path and returns something harmless when the proto is
// wrong; the nesting is limited by the validation rules. Thread: control.
#pragma once

#include <google/protobuf/struct.pb.h>

#include "base/validation_errors.h"
#include "envoy/type/matcher/v3/metadata.pb.h"
#include "http/metadata_match.h"

namespace outrigger::compiler {

http::MetadataValue CompileMetadataStruct(const google::protobuf::Struct& proto);
http::MetadataMatch CompileMetadataMatch(const envoy::type::matcher::v3::MetadataMatcher& proto,
                                         ValidationErrors& errors);

}  // namespace outrigger::compiler
