// The runtime of a bootstrap: the values of its static layers, by key. A later layer overrides an
// earlier one, and maps in maps are keys with dots, as in Envoy; but for a fraction, a map with a
// numerator or denominator. What is read of them are whole numbers.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/validation_errors.h"

namespace envoy::config::bootstrap::v3 {
class LayeredRuntime;
}

namespace outrigger::compiler {

// By key; what is no whole number from 0 on has none.
using RuntimeNumbers = std::map<std::string, uint64_t, std::less<>>;

// One layer as /runtime shows it.
struct RuntimeLayer {
  std::string name;
  std::map<std::string, std::string, std::less<>> texts;  // by key; of a static layer
};

struct RuntimeValues {
  std::vector<RuntimeLayer> layers;  // of every kind
  RuntimeNumbers numbers;
  std::map<std::string, std::string, std::less<>> fields;  // where the bootstrap says each key
};

// Requires: `errors` is at the layered_runtime's field.
RuntimeValues ReadRuntimeLayers(const envoy::config::bootstrap::v3::LayeredRuntime& proto,
                                ValidationErrors& errors);

}  // namespace outrigger::compiler
