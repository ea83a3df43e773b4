// A filter of a chain whose configuration comes apart from its listener, and changes under it
// (ECDS).
//
// What it is at any time is in the snapshot, by its id: a change of it moves no connection.
//
// Thread: any (const after compile). Source: ExtensionConfigSource.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/resource_source.h"
#include "http/http_filter.h"

namespace outrigger {

// What such a filter is now.
struct DiscoveredFilter {
  FilterKind kind = FilterKind::kNone;
  std::shared_ptr<const HttpFilterConfig> config;  // null: requests pass it untouched
};

struct FilterDiscovery {
  std::string name;                  // of the resource: the filter's own
  SourcePointer source;              // null: the aggregated stream
  std::optional<Duration> wait_max;  // initial_fetch_timeout; unset: for ever
  std::vector<std::string> types;    // what may come
  bool is_last = false;              // the router must come
  bool is_waited_for = true;         // by its listener; else the fallback serves from the start
  std::shared_ptr<const DiscoveredFilter> fallback;  // default_config; null: requests are refused
  std::string stat_prefix;                           // of its connection manager
  DiscoveredFilterId id;

  std::string key() const { return ResourceKey(name, source); }
};

}  // namespace outrigger
