// What a route changes in the authority before a request goes upstream.
//
// Thread: worker (pure). Source: host_rewrite_* of envoy/config/route/v3 RouteAction.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "http/message.h"
#include "routing/route_action.h"

namespace outrigger::routing {

// By everything but the endpoint, which is not known yet. `chosen` may have an authority of its
// own, which the route's replaces. What is found in a header or a path and is no host changes
// nothing: no client makes us send what no server takes.
void RewriteHost(const HostRewrite& rewrite, const WeightedCluster& chosen,
                 http::RequestHead& request, Arena& arena);

// By the endpoint that was chosen. `is_first`: no attempt was there before this one. Nothing
// happens where `hostname` is no host.
void RewriteHostByEndpoint(const HostRewrite& rewrite, std::string_view hostname, bool is_first,
                           http::RequestHead& request, Arena& arena);

}  // namespace outrigger::routing
