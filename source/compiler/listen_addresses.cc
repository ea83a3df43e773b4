#include "compiler/listen_addresses.h"

namespace outrigger::compiler {

std::string SocketName(const ListenerConfig& listener) {
  std::string name = listener.address.ToString();
  if (listener.address.is_ip() && listener.address.port() == 0) name += " of " + listener.name;
  return name;
}

void ListenAddresses::Set(const ListenerConfig& listener) {
  Remove(listener.name);
  std::string socket = SocketName(listener);
  names_by_socket_[socket].insert(listener.name);
  socket_by_name_[listener.name] = std::move(socket);
}

void ListenAddresses::Remove(std::string_view name) {
  const auto it = socket_by_name_.find(name);
  if (it == socket_by_name_.end()) return;
  const auto names = names_by_socket_.find(it->second);
  names->second.erase(it->first);
  if (names->second.empty()) names_by_socket_.erase(names);
  socket_by_name_.erase(it);
}

std::string ListenAddresses::OtherHolder(const ListenerConfig& listener,
                                         const std::set<std::string, std::less<>>& leaving) const {
  const std::string socket = SocketName(listener);
  // Who has it already keeps it.
  const auto own = socket_by_name_.find(listener.name);
  if (own != socket_by_name_.end() && own->second == socket) return {};
  const auto names = names_by_socket_.find(socket);
  if (names == names_by_socket_.end()) return {};
  for (const std::string& name : names->second) {
    if (name != listener.name && !leaving.contains(name)) return name;
  }
  return {};
}

}  // namespace outrigger::compiler
