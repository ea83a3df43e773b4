// The first look at a request: brings it into the one form that everybody behind sees, or says why
// it goes no further. Before this nothing has been decided by it.
//
// Thread: worker (pure).
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/arena.h"
#include "base/random.h"
#include "downstream/client_identity.h"
#include "http/error.h"
#include "http/message.h"
#include "snapshot/request_rules.h"

namespace outrigger {

struct Admission {
  std::optional<http::Error> error;
  std::string_view redirect;  // where the client is sent to instead; mostly empty
  bool is_no_path = false;    // it asks for `*`, the server as a whole: no route leads there
  ClientIdentity client;
  size_t dropped_underscores = 0;  // fields whose names hold one
};

Admission AdmitRequest(const RequestRules& rules, const ClientConnection& connection,
                       http::RequestHead& request, Arena& arena, Random& random);

}  // namespace outrigger
