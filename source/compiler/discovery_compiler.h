// ExtensionConfigSource -> what is asked for: the same in every place of a filter.
//
// Thread: control.
#pragma once

#include <string_view>

#include "base/extension_discovery.h"
#include "base/validation_errors.h"
#include "compiler/stream_clusters.h"
#include "envoy/config/core/v3/extension.pb.h"

namespace outrigger::compiler {

struct DiscoveryContext {
  const StreamClusters& stream_clusters;
  bool (*is_known)(std::string_view type);  // one that is not could never come
};

// All but what the place says; the default itself is left to whoever makes something of it.
void CompileDiscovery(const envoy::config::core::v3::ExtensionConfigSource& proto,
                      const DiscoveryContext& context, ExtensionDiscovery& discovery,
                      ValidationErrors& errors);

// The type is one of those that may come.
bool TakesType(const ExtensionDiscovery& discovery, std::string_view type,
               ValidationErrors& errors);

}  // namespace outrigger::compiler
