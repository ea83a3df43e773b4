#include "cluster/dns_endpoints.h"

#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_set.h"

namespace outrigger {

namespace {

std::string_view BytesOf(const Address& address) {
  return {reinterpret_cast<const char*>(address.data()), address.size()};
}

Address WithPort(const Address& address, uint16_t port) {
  if (address.family() == AF_INET) {
    sockaddr_in with_port;
    std::memcpy(&with_port, address.data(), sizeof with_port);
    with_port.sin_port = htons(port);
    return Address::FromSockaddr(reinterpret_cast<const sockaddr*>(&with_port), sizeof with_port);
  }
  sockaddr_in6 with_port;
  std::memcpy(&with_port, address.data(), sizeof with_port);
  with_port.sin6_port = htons(port);
  return Address::FromSockaddr(reinterpret_cast<const sockaddr*>(&with_port), sizeof with_port);
}

// Of a name, those that are endpoints.
std::vector<Address> EndpointsOf(const DnsResolution& resolution, bool is_logical) {
  std::vector<Address> addresses = resolution.addresses;
  if (is_logical) {
    if (addresses.size() > 1) addresses.resize(1);
    return addresses;
  }
  // Name servers like to turn the order of their answers.
  std::sort(addresses.begin(), addresses.end(),
            [](const Address& a, const Address& b) { return BytesOf(a) < BytesOf(b); });
  return addresses;
}

}  // namespace

bool DnsEndpoints::IsComplete(Resolved resolved) const {
  bool is_every_name_answered = true;
  for (const DnsTarget& target : targets) {
    if (!target.is_name()) continue;
    const DnsResolution* resolution = resolved(target.lookup);
    if (resolution == nullptr) {
      is_every_name_answered = false;
    } else if (!resolution->addresses.empty()) {
      return true;
    }
  }
  return is_every_name_answered;
}

std::shared_ptr<const EndpointSet> DnsEndpoints::Resolve(Resolved resolved) const {
  auto set = std::make_shared<EndpointSet>();
  set->localities = frame->localities;
  set->overprovisioning_percent = frame->overprovisioning_percent;
  // Two names may lead to one address.
  absl::flat_hash_set<std::pair<Address, std::string>> known;
  const auto add = [&](Endpoint endpoint, const Address& address) {
    endpoint.address = address;
    if (known.emplace(address, endpoint.hostname).second) {
      set->endpoints.push_back(std::move(endpoint));
    }
  };
  for (size_t i = 0; i < targets.size(); ++i) {
    const Endpoint& endpoint = frame->endpoints[i];
    if (!targets[i].is_name()) {
      add(endpoint, endpoint.address);
      continue;
    }
    const DnsResolution* resolution = resolved(targets[i].lookup);
    if (resolution == nullptr) continue;
    for (const Address& address : EndpointsOf(*resolution, is_logical)) {
      add(endpoint, WithPort(address, targets[i].port));
    }
  }
  set->BuildPicks();
  return set;
}

}  // namespace outrigger
