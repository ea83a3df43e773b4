// Header fields that the configuration adds, replaces or removes -> HeaderOperations.
//
// Thread: control. Source: envoy/config/core/v3 HeaderValueOption.
#pragma once

#include <string>
#include <string_view>

#include "base/validation_errors.h"
#include "envoy/config/core/v3/base.pb.h"
#include "routing/route_action.h"

namespace outrigger::compiler {

// `request_headers_to_add` and the like. Values are format strings: `%%` is a percent sign.
using HeaderOptions =
    google::protobuf::RepeatedPtrField<envoy::config::core::v3::HeaderValueOption>;
using HeaderNames = google::protobuf::RepeatedPtrField<std::string>;
struct HeaderFieldNames {
  std::string_view add;
  std::string_view remove;
};
routing::HeaderOperations CompileHeaderOperations(const HeaderOptions& add,
                                                  const HeaderNames& remove,
                                                  const HeaderFieldNames& names,
                                                  ValidationErrors& errors);

// One of each.
routing::HeaderOperations::Addition CompileHeaderAddition(
    const envoy::config::core::v3::HeaderValueOption& option, ValidationErrors& errors);
std::string CompileRemovedHeader(const std::string& name, ValidationErrors& errors);

}  // namespace outrigger::compiler
