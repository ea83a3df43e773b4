// Which accepted listener has which listening address: no two may have one.
//
// Owned by Configuration. Thread: control.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "snapshot/listener_config.h"

namespace outrigger::compiler {

// What a listening socket is known by: its address; with port 0 each listener has a socket of its
// own, since the kernel gives each a port of its own.
std::string SocketName(const ListenerConfig& listener);

class ListenAddresses {
 public:
  // The accepted version of a listener is now that one.
  void Set(const ListenerConfig& listener);
  void Remove(std::string_view name);
  // Another listener that has the address of `listener`, those in `leaving` left aside; empty:
  // none.
  std::string OtherHolder(const ListenerConfig& listener,
                          const std::set<std::string, std::less<>>& leaving) const;

 private:
  // More than one only within a response that exchanges addresses.
  std::map<std::string, std::set<std::string, std::less<>>> names_by_socket_;
  std::map<std::string, std::string, std::less<>> socket_by_name_;
};

}  // namespace outrigger::compiler
