// What filters note, and conditions on it, as values.
//
// Each adds an error at the current field path and returns something harmless when the proto is
// wrong; the nesting is limited by the validation rules. Thread: control.
#pragma once

#include <google/protobuf/struct.pb.h>

#include <memory>

#include "base/validation_errors.h"
#include "envoy/config/core/v3/base.pb.h"
#include "envoy/type/matcher/v3/metadata.pb.h"
#include "http/metadata_match.h"

namespace outrigger::compiler {

http::MetadataValue CompileMetadataStruct(const google::protobuf::Struct& proto);
// What balancers read of `proto`, a struct: of endpoints their labels, of routes the labels that
// they want. Where both have one, it counts before `beneath`. Null: nothing is said of any.
std::shared_ptr<const http::MetadataValue> CompileLabels(
    const envoy::config::core::v3::Metadata& proto,
    const std::shared_ptr<const http::MetadataValue>& beneath = nullptr);
http::MetadataMatch CompileMetadataMatch(const envoy::type::matcher::v3::MetadataMatcher& proto,
                                         ValidationErrors& errors);

}  // namespace outrigger::compiler
