#include "compiler/listen_addresses.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"

namespace outrigger::compiler {

namespace {

std::string OptionText(const SocketOption& option) {
  return fmt::format(" {}/{}={}@{}", option.level, option.name,
                     absl::BytesToHexString(option.value), static_cast<int>(option.when));
}

}  // namespace

std::vector<std::string> AddressNames(const ListenerConfig& listener) {
  std::vector<std::string> names;
  for (const ListenAddress& place : listener.addresses) {
    std::string name = place.address.ToString();
    if (place.address.is_ip() && place.address.port() == 0) {
      const auto before = std::ranges::count_if(
          names, [&](const std::string& other) { return other.starts_with(name + " of "); });
      name += fmt::format(" of {} {}", before, listener.name);
    }
    names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> SocketNames(const ListenerConfig& listener) {
  std::vector<std::string> names = AddressNames(listener);
  for (size_t i = 0; i < names.size(); ++i) {
    for (const SocketOption& option : listener.addresses[i].options) names[i] += OptionText(option);
  }
  return names;
}

void ListenAddresses::Set(const ListenerConfig& listener) {
  Remove(listener.name);
  std::vector<std::string> addresses = AddressNames(listener);
  for (const std::string& address : addresses) names_by_address_[address].insert(listener.name);
  addresses_by_name_[listener.name] = std::move(addresses);
}

void ListenAddresses::Remove(std::string_view name) {
  const auto it = addresses_by_name_.find(name);
  if (it == addresses_by_name_.end()) return;
  for (const std::string& address : it->second) {
    const auto names = names_by_address_.find(address);
    names->second.erase(it->first);
    if (names->second.empty()) names_by_address_.erase(names);
  }
  addresses_by_name_.erase(it);
}

std::optional<ListenAddresses::Clash> ListenAddresses::FindClash(const ListenerConfig& listener,
                                                                 const Names& leaving) const {
  const std::vector<std::string> addresses = AddressNames(listener);
  const auto own = addresses_by_name_.find(listener.name);
  for (size_t i = 0; i < addresses.size(); ++i) {
    // Who has it already keeps it.
    const bool is_own = own != addresses_by_name_.end() &&
                        std::ranges::find(own->second, addresses[i]) != own->second.end();
    if (is_own) continue;
    std::string holder = HolderOf(addresses[i], listener.name, leaving);
    if (!holder.empty()) return Clash{i, std::move(holder)};
  }
  return std::nullopt;
}

// Empty: nobody but `asker`.
std::string ListenAddresses::HolderOf(const std::string& address, std::string_view asker,
                                      const Names& leaving) const {
  const auto names = names_by_address_.find(address);
  if (names == names_by_address_.end()) return {};
  for (const std::string& name : names->second) {
    if (name != asker && !leaving.contains(name)) return name;
  }
  return {};
}

}  // namespace outrigger::compiler
