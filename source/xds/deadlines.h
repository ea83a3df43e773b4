// Names and when their time is over, each at most once.
//
// Thread: any (a value).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/clock.h"

namespace outrigger::xds {

class Deadlines {
 public:
  void Set(const std::string& name, MonotonicTime at);
  void Clear(std::string_view name);
  template <typename IsOver>
  void EraseIf(IsOver is_over) {
    absl::erase_if(by_name_, [&](const auto& entry) {
      if (!is_over(entry.first)) return false;
      by_time_.erase({entry.second, entry.first});
      return true;
    });
  }
  // Those whose time is over, in that order; they are forgotten.
  std::vector<std::string> TakeDue(MonotonicTime now);

  bool empty() const { return by_name_.empty(); }
  bool contains(const std::string& name) const { return by_name_.contains(name); }
  std::optional<MonotonicTime> first() const;

 private:
  std::set<std::pair<MonotonicTime, std::string>> by_time_;
  absl::flat_hash_map<std::string, MonotonicTime> by_name_;
};

}  // namespace outrigger::xds
