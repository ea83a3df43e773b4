// Adds, replaces and removes the header fields that the configuration asks for.
//
// Order: weighted cluster, route, virtual host, route table; or weighted cluster, route table,
// virtual host, route when the table says that the most specific ones win. Values are views into
// the route table, which stay valid as long as it is pinned; those that a format gives lie in the
// exchange's arena.
//
// Thread: worker. Source: envoy/config/core/v3 HeaderValueOption; evaluation order as in
// Envoy 1.40.
#pragma once

#include <cstddef>

#include "http/header_map.h"
#include "logging/format_values.h"
#include "routing/route_levels.h"

namespace outrigger::routing {

// What the API allows in one list; the compiler rejects more, and Apply looks at no more.
inline constexpr size_t kHeaderAdditionsMax = 1000;

// Requires: route, virtual host and table are there.
void ApplyRequestOperations(const RouteLevels& levels, logging::FormatValues& values,
                            http::HeaderMap& headers);
void ApplyResponseOperations(const RouteLevels& levels, logging::FormatValues& values,
                             http::HeaderMap& headers);

// One level: removals first; then what each addition says and whether it applies is decided on what
// is left; then replacements, then additions, each in order.
void Apply(const HeaderOperations& operations, logging::FormatValues& values,
           http::HeaderMap& headers);

}  // namespace outrigger::routing
