// envoy.extensions.filters.http.set_metadata.v3.Config -> the set_metadata filter.
//
// Thread: control.
#pragma once

#include <memory>

#include "compiler/filters/filter_types.h"
#include "envoy/extensions/filters/http/set_metadata/v3/set_metadata.pb.h"

namespace outrigger::compiler {

using SetMetadataProto = envoy::extensions::filters::http::set_metadata::v3::Config;

std::shared_ptr<const HttpFilterConfig> CompileSetMetadata(const SetMetadataProto& proto,
                                                           const HttpFilterContext& context,
                                                           ValidationErrors& errors);

}  // namespace outrigger::compiler
