// The Location of a redirect, as Envoy writes it.
//
// Parts that the redirect does not name come from the request. The request's port stays, unless it
// is the default port of the request's scheme and the scheme changes. The request's scheme is what
// x-forwarded-proto says, else the connection's.
//
// Thread: worker. Source: envoy/config/route/v3 RedirectAction.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "http/message.h"
#include "routing/route_action.h"

namespace outrigger::routing {

struct Route;
struct VirtualHost;

// The result lives in the arena. Requires: `route` matches `request`.
std::string_view RedirectLocation(const Redirect& redirect, const Route& route,
                                  const http::RequestHead& request, Arena& arena);

// Whether the virtual host wants this request by https (require_tls); and where that is: the same
// place. As in Envoy, a port stays as it is.
bool DemandsTls(const VirtualHost& host, const http::RequestHead& request);
std::string_view TlsLocation(const http::RequestHead& request, Arena& arena);

}  // namespace outrigger::routing
