// How long a forwarded request may take, by its route, its connection manager and its own fields.
//
// Two clocks, as in Envoy: the response's runs from the end of the request, the stream's from its
// beginning. A route with max_stream_duration has no response timeout.
//
// Thread: worker (pure).
#pragma once

#include <optional>

#include "base/arena.h"
#include "base/clock.h"
#include "http/message.h"
#include "routing/route_action.h"

namespace outrigger {

struct RequestTimeouts {
  Duration response{};             // zero: none
  std::optional<Duration> stream;  // nothing: none; zero: it is over
};

// Reads the fields by which a request changes its timeouts and takes them away; writes those that
// tell the upstream. Requires: what the client may not say is gone (client_identity).
RequestTimeouts TakeTimeouts(const routing::ForwardAction& action,
                             std::optional<Duration> stream_max, http::RequestHead& request,
                             Arena& arena);

}  // namespace outrigger
