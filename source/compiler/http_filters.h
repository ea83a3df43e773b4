// The HTTP filters of a connection manager: compiled, left out where that harms nobody, or refused.
// A filter that only observes may be left out; without any other one requests must not pass.
//
// Thread: control.
#pragma once

#include <vector>

#include "base/validation_errors.h"
#include "compiler/filters/filter_types.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "http/http_filter.h"

namespace outrigger::compiler {

using HttpConnectionManagerProto =
    envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;

// Those that stand before the router, which must be the last one.
std::vector<http::ConfiguredFilter> CompileHttpFilters(const HttpConnectionManagerProto& proto,
                                                       const HttpFilterContext& context,
                                                       ValidationErrors& errors);

// The router writes no x-envoy-* fields of its own.
bool SuppressesEnvoyHeaders(const HttpConnectionManagerProto& proto);

}  // namespace outrigger::compiler
