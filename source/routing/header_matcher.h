// Whether a request's header fields satisfy a route's header matches, as Envoy 1.40 decides it.
//
// Repeated fields are matched one by one, never joined: a match holds when any value satisfies it,
// and an inverted match holds when none does (R46). A missing field satisfies only kAbsent or an
// inverted kPresent, unless it is treated as an empty value.
//
// Thread: any (pure).
#pragma once

#include <span>

#include "http/message.h"

namespace outrigger::routing {

struct HeaderMatch;

bool MatchesHeader(const HeaderMatch& match, const http::RequestHead& request);
bool MatchesHeaders(std::span<const HeaderMatch> matches, const http::RequestHead& request);

}  // namespace outrigger::routing
