// Virtual hosts that are asked for by name, because a request named them and its route table does
// not know them.
//
// One is asked for as long as somebody waits for it, and from then on if it has come. When there is
// no room for another one, the one that came first is let go: whoever needs it again asks again.
//
// Owned by Configuration. Thread: control.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "xds/deadlines.h"

namespace outrigger::compiler {

class HostDemand {
 public:
  // Hosts at one time, those that have come among them: requests may name anything.
  static constexpr size_t kHostsMax = 1'000;

  enum class Answer : uint8_t { kNew, kKnown, kTooMany };
  // Somebody waits for it until then.
  Answer Ask(const std::string& key, MonotonicTime until);
  bool IsAwaited(std::string_view key) const { return deadlines_.contains(key); }
  bool HasCome(std::string_view key) const;
  // It stays asked for. Requires: asked for.
  void NoteCome(const std::string& key);
  // It is not asked for any more.
  void Drop(const std::string& key);

  std::vector<std::string> Awaited() const;
  // Those that nobody waits for any more, and have not come.
  std::vector<std::string> TakeOverdue(MonotonicTime now) { return deadlines_.TakeDue(now); }
  std::optional<MonotonicTime> NextDeadline() const { return deadlines_.first(); }
  // By key. When it came, in turns; 0: it has not.
  using Hosts = std::map<std::string, uint64_t, std::less<>>;
  const Hosts& hosts() const { return hosts_; }

 private:
  bool MakeRoom();

  Hosts hosts_;
  uint64_t turns_ = 0;
  xds::Deadlines deadlines_;  // of those that have not come
};

}  // namespace outrigger::compiler
