#include "compiler/discovered_filters.h"

namespace outrigger::compiler {

DiscoveredFilters::FilterPointer DiscoveredFilters::Make(const ExtensionConfig& config,
                                                         const FilterDiscovery& discovery,
                                                         ValidationErrors& errors) {
  return MakeDiscoveredFilter(config, discovery,
                              {discovery.stat_prefix, stats_, service_cluster_, stream_clusters_},
                              errors);
}

DiscoveredFilters::DiscoveryPointer DiscoveredFilters::Add(FilterDiscovery discovery) {
  if (entries_.size() >= sweep_at_) {
    Sweep();
    sweep_at_ = 2 * entries_.size() + 64;
  }
  discovery.id = TakeId();
  auto added = std::make_shared<const FilterDiscovery>(std::move(discovery));
  const std::string key = added->key();
  entries_.emplace(key, Entry{added, added->id});
  FilterPointer filter = added->fallback;
  const auto* known = configs_.Find(key);
  if (known != nullptr && known->value != nullptr) {
    ValidationErrors errors;
    FilterPointer made = Make(*known->value, *added, errors);
    if (made != nullptr) {
      filter = std::move(made);
    } else {
      NoteConflict(key);
    }
  }
  if (filter != nullptr) changes_.emplace_back(added->id, std::move(filter));
  return added;
}

absl::Status DiscoveredFilters::Take(std::string_view key, const ExtensionConfig& config) {
  Changes made;
  ValidationErrors errors;
  const ValidationErrors::ScopedField scope(errors, "typed_config");
  const auto [begin, end] = entries_.equal_range(key);
  for (auto it = begin; it != end; ++it) {
    const DiscoveryPointer discovery = it->second.discovery.lock();
    if (discovery == nullptr) continue;
    made.emplace_back(discovery->id, Make(config, *discovery, errors));
    if (!errors.ok()) return errors.ToStatus();
  }
  changes_.insert(changes_.end(), made.begin(), made.end());
  return absl::OkStatus();
}

void DiscoveredFilters::Drop(std::string_view key) {
  const auto [begin, end] = entries_.equal_range(key);
  for (auto it = begin; it != end; ++it) {
    const DiscoveryPointer discovery = it->second.discovery.lock();
    if (discovery != nullptr) changes_.emplace_back(discovery->id, discovery->fallback);
  }
}

// Whoever takes a freed id says what it is after this.
void DiscoveredFilters::Sweep() {
  for (auto it = entries_.begin(); it != entries_.end();) {
    const Entry& entry = it->second;
    if (!entry.discovery.expired()) {
      ++it;
      continue;
    }
    changes_.emplace_back(entry.id, nullptr);
    free_ids_.push_back(entry.id);
    it = entries_.erase(it);
  }
}

DiscoveredFilterId DiscoveredFilters::TakeId() {
  if (free_ids_.empty()) return DiscoveredFilterId{ids_end_++};
  const DiscoveredFilterId id = free_ids_.back();
  free_ids_.pop_back();
  return id;
}

}  // namespace outrigger::compiler
