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
    for (const SocketOption& option : *listener.addresses[i].options)
      names[i] += OptionText(option);
  }
  return names;
}

void ListenAddresses::Replace(const ListenerConfig* before, const ListenerConfig* now) {
  if (before != nullptr) {
    for (const std::string& address : AddressNames(*before)) {
      names_by_address_.Remove(address, before->name);
    }
  }
  if (now == nullptr) return;
  for (const std::string& address : AddressNames(*now)) names_by_address_.Add(address, now->name);
}

bool ListenAddresses::IsShared(const ListenerConfig& listener) const {
  bool is_shared = false;
  for (const std::string& address : AddressNames(listener)) {
    names_by_address_.ForEach(address,
                              [&](const std::string& name) { is_shared |= name != listener.name; });
  }
  return is_shared;
}

std::optional<ListenAddresses::Clash> ListenAddresses::FindClash(const ListenerConfig& listener,
                                                                 const Names& leaving) const {
  const std::vector<std::string> addresses = AddressNames(listener);
  for (size_t i = 0; i < addresses.size(); ++i) {
    std::string holder = HolderOf(addresses[i], listener.name, leaving);
    if (!holder.empty()) return Clash{i, std::move(holder)};
  }
  return std::nullopt;
}

// Empty: nobody, or `asker`: who has it already keeps it.
std::string ListenAddresses::HolderOf(std::string_view address, std::string_view asker,
                                      const Names& leaving) const {
  std::string holder;
  bool is_own = false;
  names_by_address_.ForEach(address, [&](const std::string& name) {
    is_own |= name == asker;
    if (holder.empty() && !leaving.contains(name)) holder = name;
  });
  return is_own ? std::string() : holder;
}

}  // namespace outrigger::compiler
