// The linker's half that is about listeners: which of them can serve, and where.
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "compiler/host_tables.h"
#include "compiler/linker.h"
#include "compiler/listen_addresses.h"
#include "compiler/listener_discoveries.h"
#include "compiler/wanted_names.h"

namespace outrigger::compiler {

namespace {

// The key of its routes; inline ones get a table of their own: a name with a control character
// cannot come from RDS.
// Requires: the chain is one for HTTP, with one route table.
std::string TableNameOf(const ListenerConfig& listener, size_t chain) {
  const HttpOptions& http = listener.chains[chain].http();
  return http.inline_routes == nullptr ? http.routes_key()
                                       : fmt::format("\x01{}\x01{}", listener.name, chain);
}

}  // namespace

void Linker::LinkListeners() {
  Moves moves = CompleteListeners();
  HoldBackCollisions(moves);
  // Everyone leaves before anyone arrives, so that listeners may exchange addresses.
  Released released;
  for (const auto& [name, config] : moves) {
    warming_listeners_.erase(name);
    if (const LinkedListener* serving = ServingListener(name)) {
      asks_for_less_ |= config == nullptr || !AskForTheSame(*serving->config, *config);
      LeaveChains(*serving->config, released);
      Vacate(name, *serving);
    }
  }
  for (auto& [name, config] : moves) {
    if (config != nullptr) Place(name, std::move(config));
  }
  for (const std::string& table_name : released.tables) ReleaseTable(table_name);
  for (const std::string& set_name : released.scopes) ReleaseScopes(set_name);
}

void Linker::LeaveChains(const ListenerConfig& listener, Released& released) {
  for (size_t i = 0; i < listener.chains.size(); ++i) {
    const FilterChain& chain = listener.chains[i];
    if (chain.is_http()) {
      if (chain.http().has_naming_filter) --cluster_namers_;
      if (chain.http().scoped_routes != nullptr) {
        released.scopes.push_back(ScopeSetName(listener, i));
      } else {
        if (chain.http().fetches_clusters) --tables_[TableNameOf(listener, i)].fetching_chains;
        released.tables.push_back(TableNameOf(listener, i));
      }
    } else {
      if (chain.tcp().fetch.has_value()) --cluster_namers_;
      DropUses(chain.tcp().cluster_names);
    }
  }
}

// Of the listeners that changed or wait: those whose newest version can serve, and those that are
// gone.
Linker::Moves Linker::CompleteListeners() {
  Moves moves;
  for (const auto& [name, wait] : warming_listeners_) listeners_.insert(name);
  for (const std::string& name : listeners_) {
    const auto* entry = resources_.listeners.Find(name);
    if (entry == nullptr || entry->value == nullptr) {
      accepted_sockets_.erase(name);
      moves[name] = nullptr;
      continue;
    }
    const ListenerPointer& config = entry->value;
    const LinkedListener* serving = ServingListener(name);
    if (serving != nullptr && serving->config == config) {
      accepted_sockets_.erase(name);
      warming_listeners_.erase(name);
      continue;
    }
    accepted_sockets_[name] = SocketsFor(*config);
    std::optional<Waiting> wait = MissingFor(*config);
    if (wait.has_value() && StillWaits(warming_listeners_, name, *std::move(wait))) continue;
    if (wait.has_value()) NoteOverdue(*config);
    warming_listeners_.erase(name);
    moves[name] = config;
  }
  looked_.listeners.merge(std::exchange(listeners_, {}));
  return moves;
}

std::optional<Waiting> Linker::MissingFor(const ListenerConfig& listener) {
  const bool is_serving = ServingListener(listener.name) != nullptr;
  // Without its routes, its secrets and its filters no chain can serve: these come first. What
  // serves goes on as it is, for as long as that takes; only a new listener goes on without. A
  // filter that has a default does not take longer than it may.
  const MonotonicTime began = BeganToWait(warming_listeners_, listener.name);
  std::optional<Waiting> longest;
  for (size_t i = 0; i < listener.chains.size(); ++i) {
    longest = Longer(Longer(std::move(longest), MissingRoutes(listener, i, began)),
                     MissingSecret(listener.chains[i].tls, began));
  }
  longest = Longer(std::move(longest), MissingFilters(listener, began, false));
  if (longest.has_value() && is_serving) longest->until.reset();
  longest = Longer(std::move(longest), MissingFilters(listener, began, true));
  if (longest.has_value()) return longest;
  std::optional<Waiting> first;
  for (size_t i = 0; i < listener.chains.size(); ++i) {
    auto wait = ClusterToWaitFor(ClustersToWaitFor(listener, i),
                                 is_serving ? kClusterWaitMax : kFirstClusterWaitMax);
    if (!first.has_value()) first = std::move(wait);
  }
  return first;
}

std::optional<Waiting> Linker::MissingRoutes(const ListenerConfig& listener, size_t chain,
                                             MonotonicTime began) const {
  if (!listener.chains[chain].is_http()) return std::nullopt;
  const HttpOptions& http = listener.chains[chain].http();
  if (http.scoped_routes != nullptr) return MissingScopes(listener, chain, began);
  const TablePointer routes = RoutesOf(http);
  if (http.inline_routes != nullptr || tables_.contains(http.routes_key())) return std::nullopt;
  if (routes != nullptr) return MissingHosts(*routes, began);
  return WaitFor(fmt::format("route configuration {}",
                             DescribeResource(http.route_table_name, http.routes_source)),
                 began, http.routes_wait_max);
}

void Linker::NoteOverdue(const ListenerConfig& listener) {
  ForEachDiscovery(listener, [&](const ExtensionDiscovery& discovery) {
    if (IsMissing(discovery)) overdue_.extensions.insert(discovery.key());
  });
  for (size_t i = 0; i < listener.chains.size(); ++i) {
    const FilterChain& chain = listener.chains[i];
    NoteOverdueSecrets(chain.tls);
    if (!chain.is_http()) continue;
    if (!MissingRoutes(listener, i, {}).has_value()) continue;
    if (chain.http().scoped_routes != nullptr) {
      NoteOverdueScopes(*chain.http().scoped_routes);
    } else if (const TablePointer routes = RoutesOf(chain.http())) {
      overdue_.hosts.insert(
          HostsKeyOf(chain.http().routes_key(), *routes->values().host_discovery));
    } else {
      overdue_.routes.insert(chain.http().routes_key());
    }
  }
}

// A table that serves already has what it needs, or waits for that itself; and whoever fetches
// clusters waits for them.
Linker::ClusterNames Linker::ClustersToWaitFor(const ListenerConfig& listener, size_t chain) const {
  if (!listener.chains[chain].is_http()) {
    const TcpOptions& tcp = listener.chains[chain].tcp();
    return tcp.fetch.has_value() ? ClusterNames() : tcp.cluster_names;
  }
  const HttpOptions& http = listener.chains[chain].http();
  if (http.fetches_clusters) return {};
  if (http.scoped_routes != nullptr) return ClustersOfScopes(listener, chain);
  if (http.inline_routes == nullptr && tables_.contains(http.routes_key())) return {};
  return RoutesOf(http)->values().cluster_names;
}

Linker::TablePointer Linker::RoutesOf(const HttpOptions& http) const {
  if (http.inline_routes != nullptr) return http.inline_routes;
  const auto* entry = resources_.routes.Find(http.routes_key());
  return entry == nullptr ? nullptr : entry->value;
}

// Leaves in `moves` only what finds its addresses free once all of them have moved.
void Linker::HoldBackCollisions(Moves& moves) {
  bool is_settled = false;
  while (!std::exchange(is_settled, true)) {
    Claims claims;
    for (auto it = moves.begin(); it != moves.end();) {
      const auto& [name, config] = *it;
      std::string clash = config == nullptr ? "" : ClashOf(*config, moves, claims);
      if (clash.empty()) {
        ++it;
        continue;
      }
      static_cast<void>(StillWaits(warming_listeners_, name, WaitFor(std::move(clash))));
      it = moves.erase(it);
      is_settled = false;
    }
  }
}

// What keeps a listener from one of its addresses; empty: nothing, and they are claimed for it.
std::string Linker::ClashOf(const ListenerConfig& listener, const Moves& moves,
                            Claims& claims) const {
  const std::vector<std::string> addresses = AddressNames(listener);
  for (size_t i = 0; i < addresses.size(); ++i) {
    std::string holder = StayingAt(addresses[i], moves);
    const auto claim = claims.find(addresses[i]);
    if (holder.empty() && claim != claims.end()) holder = claim->second;
    if (holder.empty() || holder == listener.name) continue;
    return fmt::format("address {}, which listener {} has",
                       listener.addresses[i].address.ToString(), holder);
  }
  for (const std::string& address : addresses) claims[address] = listener.name;
  return {};
}

// Who serves at `address` and does not go away; empty: nobody.
std::string Linker::StayingAt(const std::string& address, const Moves& moves) const {
  const auto serving = serving_by_address_.find(address);
  if (serving == serving_by_address_.end()) return {};
  const auto move = moves.find(serving->second);
  if (move == moves.end()) return serving->second;
  if (move->second == nullptr) return {};
  const std::vector<std::string> next = AddressNames(*move->second);
  return std::ranges::find(next, address) == next.end() ? std::string() : serving->second;
}

void Linker::Place(const std::string& name, ListenerPointer config) {
  auto linked = std::make_shared<LinkedListener>();
  linked->lease = listener_ids_.Get(name);
  linked->sockets = SocketsFor(*config);
  accepted_sockets_.erase(name);
  linked->config = std::move(config);
  for (size_t i = 0; i < linked->config->chains.size(); ++i) {
    linked->chains.push_back(LinkChain(*linked->config, i));
  }
  for (const std::string& address : AddressNames(*linked->config)) {
    serving_by_address_[address] = name;
  }
  for (const auto& socket : linked->sockets) next_.listener_by_socket.Set(*socket, linked->lease);
  const ListenerId id = *linked->lease;
  next_.listeners.Set(id, std::move(linked));
  ++listeners_placed_;
  has_changes_ = true;
}

LinkedChain Linker::LinkChain(const ListenerConfig& listener, size_t chain) {
  LinkedChain linked;
  const FilterChain& config = listener.chains[chain];
  if (!config.is_http()) {
    if (config.tcp().fetch.has_value()) ++cluster_namers_;
    linked.tcp_clusters = UseClusters(config.tcp().cluster_names);
    return linked;
  }
  if (config.http().has_naming_filter) ++cluster_namers_;
  if (config.http().scoped_routes != nullptr) {
    UseScopes(listener, chain, linked);
    return linked;
  }
  const std::string table_name = TableNameOf(listener, chain);
  const bool is_inline = config.http().inline_routes != nullptr;
  if (!is_inline) looked_.routes.insert(table_name);
  Table& table = UseTable(table_name, RoutesOf(config.http()), is_inline);
  if (config.http().fetches_clusters) ++table.fetching_chains;
  linked.routes_lease = table.lease;
  linked.routes = *table.lease;
  return linked;
}

void Linker::Vacate(const std::string& name, const LinkedListener& serving) {
  for (const std::string& address : AddressNames(*serving.config)) {
    serving_by_address_.erase(address);
  }
  for (const auto& socket : serving.sockets) next_.listener_by_socket.Set(*socket, nullptr);
  next_.listeners.Set(listener_ids_.Find(name), nullptr);
  has_changes_ = true;
}

const LinkedListener* Linker::ServingListener(std::string_view name) const {
  return next_.listeners.Get(listener_ids_.Find(name));
}

}  // namespace outrigger::compiler
