// A file that resources come from. The first byte chooses the notation.
#include <google/protobuf/message.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "compiler/any_content.h"
#include "compiler/discovery_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger::compiler;
  static constexpr std::array kNames = {"a.yaml", "a.pb", "a.pb_text"};
  if (size == 0) return 0;
  const std::string_view name = kNames[bytes[0] % kNames.size()];
  const std::string_view text(reinterpret_cast<const char*>(bytes + 1), size - 1);
  std::vector<std::string> warnings;
  const auto content = ParseDiscoveryFile(name, text, warnings);
  if (!content.ok()) {
    OUTRIGGER_CHECK(!content.status().message().empty());
    return 0;
  }
  for (const DiscoveryContent::Resource& resource : content->resources) {
    // What has a name is of a type that is known here.
    if (resource.name.empty()) continue;
    OUTRIGGER_CHECK(NewMessage(TypeName(resource.type_url)) != nullptr);
  }
  return 0;
}
