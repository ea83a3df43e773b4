#include "compiler/route_plan.h"

#include <xxhash.h>

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "envoy/config/route/v3/route.pb.h"
#include "xds/message_cut.h"

namespace outrigger::compiler {

namespace {

using routing::RouteTable;
using xds::AppendPart;
using xds::CutMessage;
using xds::MessageCut;
using HostProto = envoy::config::route::v3::VirtualHost;
using TableProto = envoy::config::route::v3::RouteConfiguration;

constexpr int kHosts = TableProto::kVirtualHostsFieldNumber;
constexpr int kRoutes = HostProto::kRoutesFieldNumber;

uint64_t HashOf(std::string_view bytes, uint64_t around) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), around);
}

// By origin. Of parts of the same origin any will do: they are the same.
template <typename Part>
using Former = absl::flat_hash_map<uint64_t, const Shared<Part>*>;

template <typename Part>
void Note(const Shared<Part>& part, Former<Part>& former) {
  if (part->origin != 0) former.emplace(part->origin, &part);
}

template <typename Part>
std::optional<Shared<Part>> Keep(const Former<Part>& former, uint64_t origin) {
  const auto found = former.find(origin);
  if (found == former.end()) return std::nullopt;
  return *found->second;
}

// False when a host cannot be cut.
bool PlanRoutes(const MessageCut& table, uint64_t around, const Former<routing::Route>& former,
                TablePlan& plan) {
  for (size_t i = 0; i < table.parts.size(); ++i) {
    TablePlan::Host& host = plan.hosts[i];
    if (host.kept.has_value()) continue;
    std::optional<MessageCut> cut = CutMessage(table.parts[i], kRoutes);
    if (!cut.has_value()) return false;
    const uint64_t around_routes = HashOf(cut->rest, around);
    host.routes.reserve(cut->parts.size());
    for (std::string_view bytes : cut->parts) {
      TablePlan::Route& route = host.routes.emplace_back();
      route.origin = HashOf(bytes, around_routes);
      route.kept = Keep(former, route.origin);
      plan.keeps_some |= route.kept.has_value();
      if (!route.kept.has_value()) AppendPart(kRoutes, bytes, cut->rest);
    }
    AppendPart(kHosts, cut->rest, plan.remainder);
  }
  return true;
}

}  // namespace

std::optional<TablePlan> PlanRouteTable(std::string_view bytes, const RouteTable* before) {
  std::optional<MessageCut> table = CutMessage(bytes, kHosts);
  if (!table.has_value()) return std::nullopt;
  const uint64_t around = HashOf(table->rest, 0);
  TablePlan plan;
  plan.remainder = std::move(table->rest);
  Former<routing::VirtualHost> hosts;
  if (before != nullptr) {
    for (const auto& host : before->values().virtual_hosts) Note(host, hosts);
  }
  plan.hosts.reserve(table->parts.size());
  for (std::string_view host_bytes : table->parts) {
    const uint64_t origin = HashOf(host_bytes, around);
    plan.hosts.push_back({.origin = origin, .kept = Keep(hosts, origin), .routes = {}});
    plan.keeps_some |= plan.hosts.back().kept.has_value();
    // What is left of them in the end has changed, or is gone.
    hosts.erase(origin);
  }
  Former<routing::Route> routes;
  size_t route_count = 0;
  for (const auto& [origin, host] : hosts) route_count += (*host)->routes.size();
  routes.reserve(route_count);
  for (const auto& [origin, host] : hosts) {
    for (const auto& route : (*host)->routes) Note(route, routes);
  }
  if (!PlanRoutes(*table, around, routes, plan)) return std::nullopt;
  return plan;
}

TablePlan PlanWholeTable(const TableProto& proto) {
  TablePlan plan;
  plan.hosts.resize(static_cast<size_t>(proto.virtual_hosts_size()));
  for (int i = 0; i < proto.virtual_hosts_size(); ++i) {
    plan.hosts[static_cast<size_t>(i)].routes.resize(
        static_cast<size_t>(proto.virtual_hosts(i).routes_size()));
  }
  return plan;
}

}  // namespace outrigger::compiler
