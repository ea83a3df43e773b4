// sec-websocket-key of a websocket that a client of HTTP/2 asks for: RFC 8441 has none there, and
// no service of HTTP/1 shakes hands without.
//
// Thread: worker. Source: RFC 8441 5, RFC 6455 4.1.
#pragma once

#include "base/arena.h"
#include "base/random.h"
#include "http/message.h"

namespace outrigger {

// Gives the request a key if it asks for a websocket and has none.
void AddWebsocketKey(Random& random, Arena& arena, http::RequestHead& request);

}  // namespace outrigger
