// Every HTTP filter of an accepted listener whose configuration comes by itself (ECDS), and what
// the configurations that are there make of them.
//
// A configuration is taken by all who ask for it or by none: then they go on with the one before
// it. Where there is none, the filter is its default, or requests are refused.
//
// Owned by Configuration. Thread: control.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/validation_errors.h"
#include "compiler/extension_compiler.h"
#include "http/filter_discovery.h"
#include "stats/registry.h"
#include "xds/resource_store.h"

namespace outrigger::compiler {

class DiscoveredFilters {
 public:
  using DiscoveryPointer = std::shared_ptr<const FilterDiscovery>;
  using FilterPointer = std::shared_ptr<const DiscoveredFilter>;

  // `configs`, by key, `stats` and `stream_clusters` (HttpFilterContext) outlive this.
  DiscoveredFilters(const xds::ResourceStore<ExtensionConfig>& configs, stats::Registry& stats,
                    std::string service_cluster, const StreamClusters* stream_clusters = nullptr)
      : configs_(configs),
        stats_(stats),
        service_cluster_(std::move(service_cluster)),
        stream_clusters_(stream_clusters) {}

  // One of a listener that is being compiled. A configuration that is there already and that it
  // does not take is a conflict, as in Envoy, and no mistake of the listener.
  DiscoveryPointer Add(FilterDiscovery discovery);
  // What such a configuration makes of it. Null after a mistake.
  FilterPointer Make(const ExtensionConfig& config, const FilterDiscovery& discovery,
                     ValidationErrors& errors);

  // The newest configuration of that key, for those that are no filters of requests; null: none.
  const ExtensionConfig* Find(std::string_view key) const {
    const auto* entry = configs_.Find(key);
    return entry == nullptr ? nullptr : entry->value.get();
  }
  // A listener that is being compiled does not take it.
  void NoteConflict(std::string key) { conflicts_.push_back(std::move(key)); }

  // A version that is about to be accepted: what is wrong with it.
  absl::Status Take(std::string_view key, const ExtensionConfig& config);
  // There is none of that key any more.
  void Drop(std::string_view key);

  // What is another filter now, in order; null: none.
  using Changes = std::vector<std::pair<DiscoveredFilterId, FilterPointer>>;
  Changes TakeChanges() { return std::exchange(changes_, {}); }
  // Of whose configurations a conflict was seen since the last call, by key.
  std::vector<std::string> TakeConflicts() { return std::exchange(conflicts_, {}); }
  // Forgets those of listeners that are gone.
  void Sweep();

 private:
  struct Entry {
    std::weak_ptr<const FilterDiscovery> discovery;
    DiscoveredFilterId id;
  };

  DiscoveredFilterId TakeId();

  const xds::ResourceStore<ExtensionConfig>& configs_;
  stats::Registry& stats_;
  const std::string service_cluster_;
  const StreamClusters* const stream_clusters_;
  std::multimap<std::string, Entry, std::less<>> entries_;  // by key. Swept when it has doubled
  size_t sweep_at_ = 64;
  std::vector<DiscoveredFilterId> free_ids_;
  uint32_t ids_end_ = 0;
  Changes changes_;
  std::vector<std::string> conflicts_;
};

}  // namespace outrigger::compiler
