// Which accepted listener has which listening addresses: no two may have one.
//
// Owned by Configuration. Thread: control.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/name_pairs.h"
#include "snapshot/listener_config.h"

namespace outrigger::compiler {

// What the addresses of a listener are known by, in their order. With port 0 each of them has a
// name of its own, since the kernel gives each a port of its own.
std::vector<std::string> AddressNames(const ListenerConfig& listener);
// The same of its listening sockets: another one for other options.
std::vector<std::string> SocketNames(const ListenerConfig& listener);

class ListenAddresses {
 public:
  using Names = std::set<std::string, std::less<>>;

  // The accepted version of a listener is now another one; null: there is none.
  void Replace(const ListenerConfig* before, const ListenerConfig* now);
  // Another listener has one of its addresses, too.
  bool IsShared(const ListenerConfig& listener) const;
  // The first address of `listener` that another one has, those in `leaving` left aside.
  struct Clash {
    size_t address = 0;  // its position
    std::string holder;
  };
  std::optional<Clash> FindClash(const ListenerConfig& listener, const Names& leaving) const;

 private:
  std::string HolderOf(std::string_view address, std::string_view asker,
                       const Names& leaving) const;

  // Of one address more than one only within a response that exchanges addresses.
  NamePairs names_by_address_;
};

}  // namespace outrigger::compiler
