// envoy.extensions.filters.http.header_to_metadata.v3.Config -> the header_to_metadata filter.
//
// Thread: control.
#pragma once

#include <memory>

#include "compiler/filters/filter_types.h"
#include "envoy/extensions/filters/http/header_to_metadata/v3/header_to_metadata.pb.h"

namespace outrigger::compiler {

using HeaderToMetadataProto = envoy::extensions::filters::http::header_to_metadata::v3::Config;

std::shared_ptr<const HttpFilterConfig> CompileHeaderToMetadata(const HeaderToMetadataProto& proto,
                                                                const HttpFilterContext& context,
                                                                ValidationErrors& errors);
std::shared_ptr<const RouteFilterConfig> CompileRouteHeaderToMetadata(
    const HeaderToMetadataProto& proto, const CompileEnvironment& environment,
    ValidationErrors& errors);

}  // namespace outrigger::compiler
