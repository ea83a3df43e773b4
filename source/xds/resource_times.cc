#include "xds/resource_times.h"

#include <algorithm>
#include <utility>

#include "base/absl_view.h"
#include "base/earlier.h"

namespace outrigger::xds {

void ResourceTimes::OnAsked(const std::vector<std::string>& names, const SubscriptionState& state,
                            MonotonicTime now) {
  for (const std::string& name : names) {
    if (state.running_versions().contains(name) || settled_.contains(name)) continue;
    if (!awaited_.contains(name)) awaited_.Set(name, now + kMissedAfter);
  }
}

// Whatever becomes of it, the server has it. Where nothing was asked for by its name, none is
// missed.
void ResourceTimes::NoteArrival(std::string_view name, const SubscriptionState& state) {
  if (!state.names_any()) return;
  if (!awaited_.empty()) awaited_.Clear(name);
  if (state.running_versions().contains(AbslView(name))) {
    if (!settled_.empty()) settled_.erase(AbslView(name));
  } else if (state.IsNamed(name)) {
    settled_.emplace(name);
  }
}

// Of a version that was refused nothing counts, nor does its time.
void ResourceTimes::NoteLife(std::string_view name, const MessageItem& item,
                             const SubscriptionState& state, MonotonicTime now) {
  if (!item.time_to_live.has_value() && lives_.empty()) return;
  const auto running = state.running_versions().find(AbslView(name));
  if (running == state.running_versions().end() || running->second != item.version) return;
  if (item.time_to_live.has_value()) {
    lives_.Set(running->first, now + *item.time_to_live);
  } else {
    lives_.Clear(name);
  }
}

void ResourceTimes::OnMessage(const Message& message, const SubscriptionState& state,
                              MonotonicTime now) {
  const auto note = [&](std::string_view name, const MessageItem& item) {
    NoteArrival(name, state);
    NoteLife(name, item, state, now);
  };
  for (const MessageItem& item : message.items) {
    note(item.name, item);
    for (std::string_view alias : item.aliases) note(alias, item);
  }
  for (std::string_view name : message.removed) {
    NoteArrival(name, state);
    if (!state.running_versions().contains(AbslView(name))) lives_.Clear(name);
  }
  for (const Absence& absence : message.absences) NoteArrival(absence.name, state);
  if (!state.takes_whole_sets() || lives_.empty()) return;
  lives_.EraseIf([&](const auto& name) { return !state.running_versions().contains(name); });
}

void ResourceTimes::OnWanted(const SubscriptionState& state) {
  const auto is_unnamed = [&](const std::string& name) { return !state.IsNamed(name); };
  awaited_.EraseIf(is_unnamed);
  absl::erase_if(settled_, is_unnamed);
  lives_.EraseIf([&](const std::string& name) { return !state.IsWanted(name); });
}

void ResourceTimes::OnStreamEnd() {
  awaited_ = {};
  settled_.clear();
}

std::optional<MonotonicTime> ResourceTimes::first() const {
  return Earlier(awaited_.first(), lives_.first());
}

std::vector<std::string> ResourceTimes::TakeMissed(MonotonicTime now) {
  std::vector<std::string> missed = awaited_.TakeDue(now);
  settled_.insert(missed.begin(), missed.end());
  return missed;
}

}  // namespace outrigger::xds
