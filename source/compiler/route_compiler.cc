#include "compiler/route_compiler.h"

#include <fmt/format.h>
#include <google/protobuf/arena.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/fragments.h"
#include "compiler/host_compiler.h"
#include "compiler/message_headers.h"
#include "compiler/mirror_compiler.h"
#include "compiler/proto_rules.h"
#include "compiler/route_action_compiler.h"
#include "compiler/route_filters.h"
#include "compiler/route_match_compiler.h"
#include "compiler/route_plan.h"
#include "envoy/config/route/v3/route.pb.h"

namespace outrigger::compiler {

namespace {

using envoy::config::route::v3::RouteConfiguration;
using RouteProto = envoy::config::route::v3::Route;
using VirtualHostProto = envoy::config::route::v3::VirtualHost;

constexpr uint32_t kDirectBodyBytesMax = 4096;  // unless the table says otherwise

routing::TlsDemand TlsDemandOf(const VirtualHostProto& proto) {
  switch (proto.require_tls()) {
    case VirtualHostProto::EXTERNAL_ONLY:
      return routing::TlsDemand::kExternalOnly;
    case VirtualHostProto::ALL:
      return routing::TlsDemand::kAll;
    default:
      return routing::TlsDemand::kNone;
  }
}

// Slots of clusters that were named once are given away again, but only so many stay empty.
bool IsMostlyUnused(const std::vector<std::string>& cluster_names) {
  const auto unused = std::count(cluster_names.begin(), cluster_names.end(), "");
  return static_cast<size_t>(unused) > 16 + cluster_names.size() / 2;
}

// Its bytes are all there is to it: no file is read for it, which may hold something else next
// time.
bool StandsAlone(const RouteProto& proto) {
  using Source = envoy::config::core::v3::DataSource;
  const auto& direct = proto.direct_response();
  return direct.body().specifier_case() != Source::kFilename && !direct.has_body_format();
}

// One RouteConfiguration being compiled: what is not kept of the version before.
class RouteTableCompiler {
 public:
  // `before`: the names of clusters that what is kept refers to.
  RouteTableCompiler(const RouteConfiguration& proto, const TablePlan& plan,
                     std::vector<std::string> before, const CompileEnvironment& environment,
                     ValidationErrors& errors)
      : proto_(proto),
        plan_(plan),
        environment_(environment),
        errors_(errors),
        slots_(std::move(before)) {}

  routing::RouteTableValues Compile();

 private:
  uint32_t DirectBodyBytesMax() const;
  void CompileVirtualHosts();
  routing::VirtualHost CompileVirtualHost(const VirtualHostProto& proto,
                                          const TablePlan::Host& plan);
  void CompileRoutes(const VirtualHostProto& proto, const TablePlan::Host& plan,
                     routing::VirtualHost& host);
  void TakeName(const std::string& name);
  template <typename Domains>
  void TakeDomains(const Domains& domains);
  routing::Route CompileRoute(const RouteProto& proto);
  void KeepHost(const Shared<routing::VirtualHost>& host);
  void KeepSlots(const routing::Route& route);

  const RouteConfiguration& proto_;
  const TablePlan& plan_;
  const CompileEnvironment& environment_;
  ValidationErrors& errors_;
  routing::RouteTableValues values_;
  std::map<std::string, std::string> domains_;  // to the name of their virtual host
  std::set<std::string> virtual_host_names_;
  std::string virtual_host_name_;
  ClusterSlots slots_;
  routing::MirrorPolicies table_mirrors_;
  routing::MirrorPolicies host_mirrors_;
};

routing::RouteTableValues RouteTableCompiler::Compile() {
  values_.name = proto_.name();
  values_.ignores_port_in_host = proto_.ignore_port_in_host_matching();
  values_.most_specific_header_operations_win = proto_.most_specific_header_mutations_wins();
  values_.filters = CompileRouteFilters(proto_.typed_per_filter_config(), environment_, errors_);
  values_.request_headers = CompileRequestHeaders(proto_, errors_);
  values_.response_headers = CompileResponseHeaders(proto_, errors_);
  table_mirrors_ =
      CompileMirrors(proto_.request_mirror_policies(), {environment_, slots_, {}}, errors_);
  if (proto_.has_vhds()) {
    const ValidationErrors::ScopedField scope(errors_, "vhds");
    values_.host_discovery = CompileHostDiscovery(proto_.vhds(), environment_, errors_);
  }
  CompileVirtualHosts();
  values_.cluster_names = slots_.TakeNames();
  return std::move(values_);
}

void RouteTableCompiler::CompileVirtualHosts() {
  values_.virtual_hosts.reserve(plan_.hosts.size());
  int next = 0;
  for (size_t i = 0; i < plan_.hosts.size(); ++i) {
    const ValidationErrors::ScopedField scope(errors_, "virtual_hosts", i);
    const TablePlan::Host& host = plan_.hosts[i];
    if (host.kept.has_value()) {
      KeepHost(*host.kept);
    } else {
      values_.virtual_hosts.emplace_back(CompileVirtualHost(proto_.virtual_hosts(next++), host));
    }
  }
}

routing::VirtualHost RouteTableCompiler::CompileVirtualHost(const VirtualHostProto& proto,
                                                            const TablePlan::Host& plan) {
  routing::VirtualHost host;
  host.origin = plan.origin;
  host.name = proto.name();
  TakeName(host.name);
  TakeDomains(proto.domains());
  for (const std::string& domain : proto.domains()) host.domains.push_back(LowerCase(domain));
  host.tls_demand = TlsDemandOf(proto);
  host.filters = CompileRouteFilters(proto.typed_per_filter_config(), environment_, errors_);
  host.request_headers = CompileRequestHeaders(proto, errors_);
  host.response_headers = CompileResponseHeaders(proto, errors_);
  host.tells_attempts_upstream = proto.include_request_attempt_count();
  host.tells_attempts_downstream = proto.include_attempt_count_in_response();
  host_mirrors_ = CompileMirrors(proto.request_mirror_policies(),
                                 {environment_, slots_, table_mirrors_}, errors_);
  CompileRoutes(proto, plan, host);
  return host;
}

void RouteTableCompiler::CompileRoutes(const VirtualHostProto& proto, const TablePlan::Host& plan,
                                       routing::VirtualHost& host) {
  host.routes.reserve(plan.routes.size());
  int next = 0;
  for (size_t i = 0; i < plan.routes.size(); ++i) {
    const ValidationErrors::ScopedField scope(errors_, "routes", i);
    const TablePlan::Route& route = plan.routes[i];
    if (route.kept.has_value()) {
      KeepSlots(**route.kept);
      host.routes.push_back(*route.kept);
      continue;
    }
    const RouteProto& changed = proto.routes(next++);
    routing::Route compiled = CompileRoute(changed);
    if (StandsAlone(changed)) {
      compiled.origin = route.origin;
    } else {
      host.origin = 0;
    }
    host.routes.emplace_back(std::move(compiled));
  }
}

void RouteTableCompiler::KeepHost(const Shared<routing::VirtualHost>& host) {
  TakeName(host->name);
  TakeDomains(host->domains);
  for (const Shared<routing::Route>& route : host->routes) KeepSlots(*route);
  values_.virtual_hosts.push_back(host);
}

void RouteTableCompiler::KeepSlots(const routing::Route& route) {
  const auto* forward = std::get_if<routing::ForwardAction>(&route.action);
  if (forward == nullptr) return;
  const auto keep = [this](const auto& choice) {
    if (choice.cluster_header->empty()) slots_.Keep(choice.cluster);
  };
  std::for_each(forward->clusters.begin(), forward->clusters.end(), keep);
  std::for_each(forward->mirrors.begin(), forward->mirrors.end(), keep);
}

uint32_t RouteTableCompiler::DirectBodyBytesMax() const {
  return proto_.has_max_direct_response_body_size_bytes()
             ? proto_.max_direct_response_body_size_bytes().value()
             : kDirectBodyBytesMax;
}

void RouteTableCompiler::TakeName(const std::string& name) {
  virtual_host_name_ = name;
  if (virtual_host_names_.insert(name).second) return;
  const ValidationErrors::ScopedField scope(errors_, "name");
  errors_.Add(fmt::format("\"{}\" is there twice", name));
}

// As in Envoy: a second `*`, or one in the middle, is a character like any other.
template <typename Domains>
void RouteTableCompiler::TakeDomains(const Domains& domains) {
  size_t i = 0;
  for (const std::string& domain : domains) {
    const ValidationErrors::ScopedField scope(errors_, "domains", i++);
    const auto [taken, is_new] = domains_.emplace(LowerCase(domain), virtual_host_name_);
    if (is_new) continue;
    errors_.Add(
        fmt::format("\"{}\" is a domain of virtual host \"{}\" already", domain, taken->second));
  }
}

routing::Route RouteTableCompiler::CompileRoute(const RouteProto& proto) {
  routing::Route route;
  route.name = proto.name();
  {
    const ValidationErrors::ScopedField scope(errors_, "match");
    route.path = CompilePathMatch(proto.match(), errors_);
    route.conditions = CompileConditions(proto.match(), environment_.runtime, errors_);
  }
  route.filters = CompileRouteFilters(proto.typed_per_filter_config(), environment_, errors_);
  route.request_headers = CompileRequestHeaders(proto, errors_);
  route.response_headers = CompileResponseHeaders(proto, errors_);
  switch (proto.action_case()) {
    case RouteProto::kRoute: {
      const ValidationErrors::ScopedField scope(errors_, "route");
      route.action = CompileForward(proto.route(), {environment_, slots_, host_mirrors_}, errors_);
      break;
    }
    case RouteProto::kDirectResponse: {
      const ValidationErrors::ScopedField scope(errors_, "direct_response");
      route.action = CompileDirectResponse(proto.direct_response(), DirectBodyBytesMax(), errors_);
      break;
    }
    case RouteProto::kRedirect: {
      const ValidationErrors::ScopedField scope(errors_, "redirect");
      route.action = CompileRedirect(proto.redirect(), errors_);
      break;
    }
    default:
      break;  // the validation rules or the field table have said why
  }
  return route;
}

}  // namespace

std::shared_ptr<const routing::RouteTable> CompileRoutes(const RouteConfiguration& proto,
                                                         const CompileEnvironment& environment,
                                                         ValidationErrors& errors) {
  const TablePlan plan = PlanWholeTable(proto);
  routing::RouteTableValues values =
      RouteTableCompiler(proto, plan, {}, environment, errors).Compile();
  if (!errors.ok()) return nullptr;
  return routing::RouteTable::Build(std::move(values));
}

std::shared_ptr<const routing::RouteTable> CompileInlineRoutes(
    const RouteConfiguration& proto, const CompileEnvironment& environment,
    ValidationErrors& errors) {
  if (proto.has_vhds()) {
    const ValidationErrors::ScopedField scope(errors, "vhds");
    errors.Add("only a route configuration that comes by RDS may have it");
    return nullptr;
  }
  return CompileRoutes(proto, environment, errors);
}

std::shared_ptr<const routing::RouteTable> CompileRouteBytes(std::string_view bytes,
                                                             const routing::RouteTable* before,
                                                             const CompileEnvironment& environment,
                                                             ValidationErrors& errors) {
  if (before != nullptr && IsMostlyUnused(before->values().cluster_names)) before = nullptr;
  const std::optional<TablePlan> plan = PlanRouteTable(bytes, before);
  google::protobuf::Arena arena;  // freed whole, not message by message
  auto& proto = *google::protobuf::Arena::CreateMessage<RouteConfiguration>(&arena);
  if (!plan.has_value() || !proto.ParseFromString(plan->remainder)) {
    errors.Add(kCannotBeParsed);
    return nullptr;
  }
  ValidationErrors found;
  CheckValidationRules(proto, found);
  std::vector<std::string> ignored;
  CheckFieldUse(proto, found, ignored);
  RouteTableCompiler compiler(
      proto, *plan, plan->keeps_some ? before->values().cluster_names : std::vector<std::string>(),
      environment, found);
  routing::RouteTableValues values = compiler.Compile();
  if (found.ok()) return routing::RouteTable::Build(std::move(values), before);
  // The paths of its errors are those of the whole.
  if (plan->keeps_some) return CompileRouteBytes(bytes, nullptr, environment, errors);
  errors = std::move(found);
  return nullptr;
}

}  // namespace outrigger::compiler
