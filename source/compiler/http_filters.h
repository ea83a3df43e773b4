// The HTTP filters of a connection manager: compiled, left out where that harms nobody, or refused.
// A filter that only observes may be left out; without any other one requests must not pass.
//
// Thread: control.
#pragma once

#include <vector>

#include "base/validation_errors.h"
#include "compiler/discovered_filters.h"
#include "compiler/environment.h"
#include "compiler/filters/filter_types.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "http/http_filter.h"

namespace outrigger::compiler {

using HttpConnectionManagerProto =
    envoy::extensions::filters::network::http_connection_manager::v3::HttpConnectionManager;

struct HttpFiltersContext {
  HttpFilterContext filter;
  DiscoveredFilters& discovered;
  const StreamClusters& stream_clusters;
};
// Those that stand before the router, which must be the last one; and that, where it is discovered.
std::vector<http::ConfiguredFilter> CompileHttpFilters(const HttpConnectionManagerProto& proto,
                                                       const HttpFiltersContext& context,
                                                       ValidationErrors& errors);

// The filter is of that kind, or may come to be.
bool MayBe(const http::ConfiguredFilter& filter, FilterKind kind);

// The router writes no x-envoy-* fields of its own.
bool SuppressesEnvoyHeaders(const HttpConnectionManagerProto& proto);

}  // namespace outrigger::compiler
