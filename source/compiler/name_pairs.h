// Pairs of names, where mostly one of the second belongs to each of the first, and there are many:
// a set of each would take twice as much.
//
// Thread: any (a value).
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace outrigger::compiler {

class NamePairs {
 public:
  void Add(std::string_view first, std::string_view second) { pairs_.emplace(first, second); }
  void Remove(std::string_view first, std::string_view second) {
    pairs_.erase({std::string(first), std::string(second)});
  }
  // `on_second` is not to change the pairs.
  template <typename OnSecond>
  void ForEach(std::string_view first, OnSecond on_second) const {
    for (auto it = pairs_.lower_bound({std::string(first), {}}); it != pairs_.end(); ++it) {
      if (it->first != first) return;
      on_second(it->second);
    }
  }

 private:
  std::set<std::pair<std::string, std::string>> pairs_;
};

}  // namespace outrigger::compiler
