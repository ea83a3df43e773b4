// Names and when their time is over, each at most once.
//
// Thread: any (a value).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace outrigger::xds {

class Deadlines {
 public:
  void Set(std::string_view name, MonotonicTime at);
  void Clear(std::string_view name);
  template <typename IsOver>
  void EraseIf(IsOver is_over) {
    std::erase_if(by_name_, [&](const auto& entry) {
      if (!is_over(entry.first)) return false;
      by_time_.erase({entry.second, entry.first});
      return true;
    });
  }
  // Those whose time is over, in that order; they are forgotten.
  std::vector<std::string> TakeDue(MonotonicTime now);

  bool empty() const { return by_name_.empty(); }
  std::optional<MonotonicTime> Find(std::string_view name) const;
  bool contains(std::string_view name) const { return by_name_.contains(name); }
  std::optional<MonotonicTime> first() const;

 private:
  // Trees: there may be thousands for a moment, and hash tables never become smaller.
  std::set<std::pair<MonotonicTime, std::string>> by_time_;
  std::map<std::string, MonotonicTime, std::less<>> by_name_;
};

}  // namespace outrigger::xds
