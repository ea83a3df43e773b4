// The text of a file that holds a DiscoveryResponse -> its resources, still as bytes.
//
// Which notation it is in, the end of its name says: .pb is the message itself, .pb_text its text
// form, and everything else YAML or JSON. Resources may stand in Resource wrappers (X25). Of the
// envelope, version_info and resources count. Pure.
//
// Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace outrigger::compiler {

struct DiscoveryContent {
  struct Resource {
    std::string name;  // in its payload; empty when it has none or cannot be read
    std::string type_url;
    std::string bytes;
  };
  std::string version;
  std::vector<Resource> resources;
};

// Errors do not name the file. `warnings` gets one line per unknown field, which is let through as
// on the stream.
absl::StatusOr<DiscoveryContent> ParseDiscoveryFile(std::string_view path, std::string_view text,
                                                    std::vector<std::string>& warnings);

}  // namespace outrigger::compiler
