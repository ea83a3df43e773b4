// What of a response concerns us, and what is wrong with it: the rules that hold for both protocols
// and for every type of resource.
//
// Thread: any (pure).
#pragma once

#include <vector>

#include "xds/message.h"
#include "xds/resource.h"
#include "xds/subscription_state.h"

namespace outrigger::xds {

struct CheckedMessage {
  Response response;
  std::vector<ResourceError> errors;
  std::vector<Absence> absences;  // of names that were asked for
};

// Wrong are: another type than the response's (X11), a name twice (X6), no name (X38), no payload.
// Bad resources are left out, the good ones are used (X5). What nobody asked for is left out
// without an error (X9). A resource without payload at its running version is a sign of life (X43)
// and left out as well; any other that has aliases, or was asked for by its name beside a wildcard,
// says that there is none of these names (X37). What a response with the state of the world omits
// is removed, if the type is taken whole (X20). Points into both arguments.
CheckedMessage CheckMessage(const Message& message, const SubscriptionState& state);

}  // namespace outrigger::xds
