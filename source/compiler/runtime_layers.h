// The layers of a runtime: values by key, from the bootstrap or from a Runtime that a control plane
// sends. A later layer overrides an earlier one, and maps in maps are keys with dots, as in Envoy;
// but for a fraction, a map with a numerator or denominator. What is read of them are whole
// numbers.
//
// Thread: control.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/resource_source.h"
#include "base/validation_errors.h"
#include "compiler/stream_clusters.h"

namespace envoy::config::bootstrap::v3 {
class LayeredRuntime;
}
namespace envoy::service::runtime::v3 {
class Runtime;
}

namespace outrigger::compiler {

// By key; what is no whole number from 0 on has none.
using RuntimeNumbers = std::map<std::string, uint64_t, std::less<>>;

// What one layer says.
struct RuntimeContent {
  std::map<std::string, std::string, std::less<>> texts;  // of every key, as /runtime shows it
  RuntimeNumbers numbers;
};

struct RuntimeLayer {
  std::string name;
  RuntimeContent content;
  std::string resource_key;  // of the Runtime that is its content; empty: it is the bootstrap's
};

// A Runtime that is asked for: where, and how long the start waits for it (unset: for ever).
struct RuntimeRequest {
  SourcePointer source;
  std::optional<Duration> wait_max;
};

struct RuntimeValues {
  std::vector<RuntimeLayer> layers;                             // of every kind
  RuntimeNumbers numbers;                                       // of all
  std::map<std::string, std::string, std::less<>> fields;       // where the bootstrap says each key
  std::map<std::string, RuntimeRequest, std::less<>> requests;  // by resource_key
};
// By resource_key.
SourcesByKey SourcesOf(const RuntimeValues& runtime);
// Some Runtime comes over the aggregated stream.
bool AsksAds(const RuntimeValues& runtime);

// Requires: `errors` is at the layered_runtime's field.
RuntimeValues ReadRuntimeLayers(const envoy::config::bootstrap::v3::LayeredRuntime& proto,
                                const StreamClusters& clusters, ValidationErrors& errors);
// Null: it has a mistake.
std::shared_ptr<const RuntimeContent> CompileRuntime(
    const envoy::service::runtime::v3::Runtime& proto, ValidationErrors& errors);
// A later layer counts, also where what it says is no number.
RuntimeNumbers MergeRuntime(const std::vector<RuntimeLayer>& layers);

}  // namespace outrigger::compiler
