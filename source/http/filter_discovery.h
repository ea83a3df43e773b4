// A filter of a chain whose configuration comes apart from its listener, and changes under it
// (ECDS).
//
// What it is at any time is in the snapshot, by its id: a change of it moves no connection.
//
// Thread: any (const after compile). Source: ExtensionConfigSource.
#pragma once

#include <memory>
#include <string>

#include "base/extension_discovery.h"
#include "base/ids.h"
#include "http/http_filter.h"

namespace outrigger {

// What such a filter is now.
struct DiscoveredFilter {
  FilterKind kind = FilterKind::kNone;
  std::shared_ptr<const HttpFilterConfig> config;  // null: requests pass it untouched
};

struct FilterDiscovery : ExtensionDiscovery {
  std::shared_ptr<const DiscoveredFilter> fallback;  // default_config; null: requests are refused
  std::string stat_prefix;                           // of its connection manager
  DiscoveredFilterId id;
};

}  // namespace outrigger
