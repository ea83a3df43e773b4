// The host of a mirrored request.
//
// Thread: any (pure).
#pragma once

#include <string_view>

#include "base/arena.h"
#include "routing/route_action.h"

namespace outrigger::routing {

// As the policy says; `authority` with "-shadow" behind its name, before a port. The literal of an
// IPv6 address stays as it is: with more behind it, it would be no host.
std::string_view MirrorHost(const MirrorPolicy& policy, std::string_view authority, Arena& arena);

}  // namespace outrigger::routing
