// The network filters of a filter chain: who may connect, and what the chain ends in.
//
// Those whose configurations come by themselves (ECDS) are what these make of them at the time: a
// new one makes another version of the listener, which takes effect as any other.
//
// Thread: control.
#pragma once

#include "base/extension_discovery.h"
#include "base/validation_errors.h"
#include "compiler/discovered_filters.h"
#include "compiler/environment.h"
#include "snapshot/listener_config.h"

namespace envoy::config::listener::v3 {
class FilterChain;
}

namespace outrigger::compiler {

struct NetworkFilterContext {
  const CompileEnvironment& environment;
  stats::Registry& stats;
  DiscoveredFilters& discovered;
  bool is_edge = false;  // strangers connect here (HcmContext)
};

// Discoveries join those of `listener`.
void CompileNetworkFilters(const envoy::config::listener::v3::FilterChain& proto,
                           const NetworkFilterContext& context, ListenerConfig& listener,
                           FilterChain& chain, ValidationErrors& errors);

// Why a filter with that discovery does not take the configuration.
void CheckNetworkFilter(const ExtensionConfig& config, const ExtensionDiscovery& discovery,
                        const NetworkFilterContext& context, ValidationErrors& errors);

}  // namespace outrigger::compiler
