// YAML text -> tree, within its limits.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/yaml.h"

namespace {

size_t CountNodes(const outrigger::YamlNode& node, size_t depth) {
  OUTRIGGER_CHECK(depth <= outrigger::YamlLimits::kDepthMax);
  OUTRIGGER_CHECK(node.is_list() || node.list.empty());
  OUTRIGGER_CHECK(node.is_map() || node.map.empty());
  size_t count = 1;
  for (const auto& element : node.list) count += CountNodes(element, depth + 1);
  for (const auto& entry : node.map) {
    OUTRIGGER_CHECK(node.Find(entry.key) == &entry.value);
    count += 1 + CountNodes(entry.value, depth + 1);
  }
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const auto root =
      outrigger::ParseYaml(std::string_view(reinterpret_cast<const char*>(bytes), size));
  if (root.ok()) OUTRIGGER_CHECK(CountNodes(*root, 0) <= outrigger::YamlLimits::kNodesMax);
  return 0;
}
