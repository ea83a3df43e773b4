// Every filter of a listener whose configuration comes by itself, whatever its place.
//
// Thread: control.
#pragma once

#include "base/extension_discovery.h"
#include "http/filter_discovery.h"
#include "snapshot/listener_config.h"

namespace outrigger::compiler {

template <typename OnDiscovery>
void ForEachDiscovery(const ListenerConfig& listener, OnDiscovery on_discovery) {
  for (const ExtensionDiscovery& discovery : listener.discoveries) on_discovery(discovery);
  for (const FilterChain& chain : listener.chains) {
    if (!chain.is_http()) continue;
    for (const http::ConfiguredFilter& filter : chain.http().filters) {
      if (filter.discovery != nullptr) on_discovery(*filter.discovery);
    }
  }
}

}  // namespace outrigger::compiler
