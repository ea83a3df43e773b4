// Which header fields may stand where.
//
// Thread: any. Source: RFC 9110 6.5.1, 7.6.1; hardening.md R8, R9.
#pragma once

#include "http/header_map.h"

namespace outrigger::http {

// Fields that delimit a message or belong to one connection: each codec writes its own from parsed
// state (R9).
bool IsFraming(HeaderId id);

// Takes out fields that would change how the message is framed, routed, trusted or decoded, had
// they been in its head. The rest, gRPC's status among it, passes.
void RemoveForbiddenTrailers(HeaderMap& trailers);

}  // namespace outrigger::http
