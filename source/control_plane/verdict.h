// What a node said about a response, for people.
//
// Thread: the control plane's loop.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "control_plane/resource_type.h"

namespace outrigger::control_plane {

struct Verdict {
  ResourceType type{};
  std::string version;  // of the response
  std::string names;    // what was in it, shortened
  std::string error;    // empty: accepted
};

// A response that is not answered yet.
struct Outstanding {
  std::string nonce;
  std::string version;
  std::string names;

  // `error_message` is looked at only if the answer has an error.
  Verdict Answered(ResourceType type, bool has_error, const std::string& error_message) const;
};

// "a, b, c, d and 7 more".
std::string ShortenNames(const std::vector<std::string_view>& names);

}  // namespace outrigger::control_plane
