// A resource file of outrigger-control. The first byte chooses the type of its resources.
#include <google/protobuf/message.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "control_plane/resource_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger::control_plane;
  if (size == 0) return 0;
  const ResourceType type = kResourceTypes[bytes[0] % kResourceTypes.size()];
  const std::string_view text(reinterpret_cast<const char*>(bytes + 1), size - 1);
  const auto resources = ParseResourceFile(type, text);
  if (!resources.ok()) return 0;
  for (const auto& [name, resource] : *resources) {
    const auto message = NewMessage(type);
    // What is served can be read back, and is the resource of that name.
    OUTRIGGER_CHECK(message->ParseFromString(resource->bytes));
    OUTRIGGER_CHECK(NameOf(type, *message) == name);
  }
  return 0;
}
