// A filter whose configuration comes apart from its listener (ECDS): what is asked for, and how
// long that is waited for.
//
// Thread: any (a value). Source: ExtensionConfigSource.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/resource_source.h"

namespace outrigger {

// Whose filter it is: a connection manager's, a filter chain's, or a listener's.
enum class FilterPlace : uint8_t { kHttp, kNetwork, kListener };

struct ExtensionDiscovery {
  FilterPlace place = FilterPlace::kHttp;
  std::string name;                  // of the resource: the filter's own
  SourcePointer source;              // null: the aggregated stream
  std::optional<Duration> wait_max;  // initial_fetch_timeout; unset: for ever
  std::vector<std::string> types;    // what may come
  bool is_last = false;              // what ends its chain must come
  bool has_default = false;          // else nothing passes while there is no configuration
  bool is_waited_for = true;         // by its listener; else the default serves from the start

  std::string key() const { return ResourceKey(name, source); }
};

}  // namespace outrigger
