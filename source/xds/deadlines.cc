#include "xds/deadlines.h"

namespace outrigger::xds {

void Deadlines::Set(std::string_view name, MonotonicTime at) {
  Clear(name);
  by_name_.emplace(name, at);
  by_time_.emplace(at, name);
}

void Deadlines::Clear(std::string_view name) {
  const auto it = by_name_.find(name);
  if (it == by_name_.end()) return;
  by_time_.erase({it->second, it->first});
  by_name_.erase(it);
}

std::optional<MonotonicTime> Deadlines::Find(std::string_view name) const {
  const auto it = by_name_.find(name);
  return it == by_name_.end() ? std::nullopt : std::optional(it->second);
}

std::vector<std::string> Deadlines::TakeDue(MonotonicTime now) {
  std::vector<std::string> due;
  while (!by_time_.empty() && by_time_.begin()->first <= now) {
    due.push_back(by_time_.begin()->second);
    by_name_.erase(due.back());
    by_time_.erase(by_time_.begin());
  }
  return due;
}

std::optional<MonotonicTime> Deadlines::first() const {
  if (by_time_.empty()) return std::nullopt;
  return by_time_.begin()->first;
}

}  // namespace outrigger::xds
