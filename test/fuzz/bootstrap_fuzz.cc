// Bootstrap text, from reading to the compiled static resources. The first byte chooses whether
// unknown fields are let through.
#include <cstddef>
#include <cstdint>
#include <string>

#include "server/validate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size == 0) return 0;
  outrigger::CommandLine line;
  line.allows_unknown_static_fields = bytes[0] % 2 == 0;
  line.config_yaml.assign(reinterpret_cast<const char*>(bytes + 1), size - 1);
  const outrigger::Validation validation = outrigger::Validate(line);
  static_cast<void>(validation.ToText(line));
  return 0;
}
