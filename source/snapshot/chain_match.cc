#include "snapshot/chain_match.h"

#include <netinet/in.h>

#include <algorithm>

namespace outrigger {

namespace {

// Stands for a Unix socket, which is in no block but those that take everything (as Envoy).
const Address& IpOf(const Address& address) {
  static const Address kNoIp = Address::FromIp("255.255.255.255", 0).value();
  return address.is_ip() ? address : kNoIp;
}

AddressRange Only(const Address& address) {
  return AddressRange::Around(address, address.family() == AF_INET ? 32 : 128);
}

// The one address of each family alone (as Envoy): 127.0.0.2 is external.
bool IsLoopback(const Address& address) {
  static const AddressRange kV4 = Only(Address::FromIp("127.0.0.1", 0).value());
  static const AddressRange kV6 = Only(Address::FromIp("::1", 0).value());
  return kV4.Contains(address) || kV6.Contains(address);
}

SourceKind KindOf(const MatchInputs& inputs) {
  const Address& source = inputs.source;
  const bool is_local =
      !source.is_ip() || IsLoopback(source) || Only(source).Contains(inputs.destination);
  return is_local ? SourceKind::kLocal : SourceKind::kExternal;
}

// The entry of `key`, or the one of everything.
template <typename Map, typename Key>
const typename Map::mapped_type* FindOrRest(const Map& map, const Key& key) {
  auto found = map.find(key);
  if (found == map.end()) found = map.find(Key());
  return found == map.end() ? nullptr : &found->second;
}

template <typename Value>
Value& RestOf(RangeMap<Value>& map) {
  return map.rest();
}
template <typename Key, typename Value, typename Less>
Value& RestOf(std::map<Key, Value, Less>& map) {
  return map[Key()];
}

// From some nodes of one level to those of the next that `keys` lead to.
template <typename Map, typename Keys>
auto Descend(const std::vector<Map*>& nodes, const Keys& keys) {
  std::vector<decltype(&RestOf(*nodes.front()))> next;
  for (Map* node : nodes) {
    if (keys.empty()) next.push_back(&RestOf(*node));
    for (const auto& key : keys) next.push_back(&(*node)[key]);
  }
  return next;
}

// "*.a" is kept as ".a".
std::vector<std::string> NameKeys(const std::vector<std::string>& names) {
  std::vector<std::string> keys;
  keys.reserve(names.size());
  for (const std::string& name : names) {
    keys.push_back(name.starts_with("*.") ? name.substr(1) : name);
  }
  return keys;
}

size_t CountRules(const ChainCriteria& criteria) {
  size_t count = 1;
  for (const size_t values : {criteria.destinations.size(), criteria.server_names.size(),
                              criteria.application_protocols.size(), criteria.direct_sources.size(),
                              criteria.sources.size(), criteria.source_ports.size()}) {
    count = std::min(count * std::max<size_t>(values, 1), ChainMatch::kRulesMax + 1);
  }
  return count;
}

}  // namespace

bool ChainCriteria::asks_for_content() const {
  return !server_names.empty() || !transport_protocol.empty() || !application_protocols.empty();
}

ChainMatch::Addition ChainMatch::Add(const ChainCriteria& criteria, uint32_t chain) {
  rules_ += CountRules(criteria);
  if (rules_ > kRulesMax) return {Outcome::kTooMany};
  if (criteria.destination_port != 0 || !criteria.destinations.empty() ||
      criteria.source_kind != SourceKind::kAny) {
    needs_destination_ = true;
  }
  const std::vector<Destinations*> port = {&ports_[criteria.destination_port]};
  const auto names = Descend(Descend(port, criteria.destinations), NameKeys(criteria.server_names));
  const auto transports = Descend(names, std::vector<std::string>{criteria.transport_protocol});
  const auto directs = Descend(transports, criteria.application_protocols);
  const auto kinds = Descend(directs, criteria.direct_sources);
  const auto sources = Descend(kinds, std::vector<SourceKind>{criteria.source_kind});
  for (auto* holder : Descend(Descend(sources, criteria.sources), criteria.source_ports)) {
    if (holder->has_value()) return {Outcome::kOverlap, **holder};
    *holder = chain;
  }
  return {};
}

std::optional<uint32_t> ChainMatch::Find(const MatchInputs& inputs) const {
  const std::optional<uint32_t> chain = FindRule(inputs);
  return chain.has_value() ? chain : default_chain_;
}

std::optional<uint32_t> ChainMatch::FindRule(const MatchInputs& inputs) const {
  const Destinations* destinations = FindOrRest(ports_, uint32_t{inputs.destination.port()});
  if (destinations == nullptr) return std::nullopt;
  const ServerNames* names = destinations->Find(IpOf(inputs.destination));
  if (names == nullptr) return std::nullopt;
  const TransportProtocols* transports = FindName(*names, inputs.server_name);
  if (transports == nullptr) return std::nullopt;
  const ApplicationProtocols* protocols = FindOrRest(*transports, inputs.transport_protocol);
  if (protocols == nullptr) return std::nullopt;
  const DirectSources* directs = FindProtocol(*protocols, inputs.application_protocols);
  if (directs == nullptr) return std::nullopt;
  const SourceKinds* kinds = directs->Find(IpOf(inputs.direct_source));
  return kinds == nullptr ? std::nullopt : FindSource(*kinds, inputs);
}

// The whole name, then each of its ends that begins with a dot, the longest first.
const ChainMatch::TransportProtocols* ChainMatch::FindName(const ServerNames& names,
                                                           std::string_view name) {
  auto found = names.find(name);
  size_t dot = name.find('.', 1);
  while (found == names.end() && dot != name.npos && dot + 1 < name.size()) {
    found = names.find(name.substr(dot));
    dot = name.find('.', dot + 1);
  }
  if (found == names.end()) found = names.find(std::string_view());
  return found == names.end() ? nullptr : &found->second;
}

// The first that is offered counts, in the client's order.
const ChainMatch::DirectSources* ChainMatch::FindProtocol(
    const ApplicationProtocols& protocols, std::span<const std::string_view> offered) {
  for (const std::string_view protocol : offered) {
    if (const auto found = protocols.find(protocol); found != protocols.end()) {
      return &found->second;
    }
  }
  return FindOrRest(protocols, std::string_view());
}

std::optional<uint32_t> ChainMatch::FindSource(const SourceKinds& kinds,
                                               const MatchInputs& inputs) {
  const Sources* sources = FindOrRest(kinds, KindOf(inputs));
  if (sources == nullptr) return std::nullopt;
  const SourcePorts* ports = sources->Find(IpOf(inputs.source));
  if (ports == nullptr) return std::nullopt;
  const std::optional<uint32_t>* chain = FindOrRest(*ports, uint32_t{inputs.source.port()});
  return chain == nullptr ? std::nullopt : *chain;
}

}  // namespace outrigger
