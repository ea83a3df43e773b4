// x-request-id: a random UUID (version 4, RFC 9562) for requests that come without one.
//
// Thread: worker.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "base/random.h"

namespace outrigger {

std::string_view MakeRequestId(Random& random, Arena& arena);

}  // namespace outrigger
