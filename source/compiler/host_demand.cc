#include "compiler/host_demand.h"

#include <algorithm>

namespace outrigger::compiler {

HostDemand::Answer HostDemand::Ask(const std::string& key, MonotonicTime until) {
  const bool is_known = hosts_.contains(key);
  if (!is_known && hosts_.size() >= kHostsMax && !MakeRoom()) return Answer::kTooMany;
  hosts_[key] = 0;
  const std::optional<MonotonicTime> before = deadlines_.Find(key);
  deadlines_.Set(key, std::max(until, before.value_or(until)));
  return is_known ? Answer::kKnown : Answer::kNew;
}

bool HostDemand::HasCome(std::string_view key) const {
  return hosts_.contains(key) && !IsAwaited(key);
}

void HostDemand::NoteCome(const std::string& key) {
  hosts_[key] = ++turns_;
  deadlines_.Clear(key);
}

void HostDemand::Drop(const std::string& key) {
  hosts_.erase(key);
  deadlines_.Clear(key);
}

std::vector<std::string> HostDemand::Awaited() const {
  std::vector<std::string> keys;
  if (deadlines_.empty()) return keys;
  for (const auto& [key, turn] : hosts_) {
    if (turn == 0) keys.push_back(key);
  }
  return keys;
}

bool HostDemand::MakeRoom() {
  auto oldest = hosts_.end();
  for (auto it = hosts_.begin(); it != hosts_.end(); ++it) {
    if (it->second != 0 && (oldest == hosts_.end() || it->second < oldest->second)) oldest = it;
  }
  if (oldest == hosts_.end()) return false;
  hosts_.erase(oldest);
  return true;
}

}  // namespace outrigger::compiler
