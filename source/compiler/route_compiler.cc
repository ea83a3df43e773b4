#include "compiler/route_compiler.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>

#include "compiler/fragments.h"
#include "compiler/message_headers.h"
#include "compiler/mirror_compiler.h"
#include "compiler/route_action_compiler.h"
#include "compiler/route_filters.h"
#include "compiler/route_match_compiler.h"
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

// One RouteConfiguration being compiled.
class RouteTableCompiler {
 public:
  RouteTableCompiler(const RouteConfiguration& proto, const RuntimeNumbers& runtime,
                     ValidationErrors& errors)
      : proto_(proto), runtime_(runtime), errors_(errors) {}

  routing::RouteTableValues Compile();

 private:
  uint32_t DirectBodyBytesMax() const;
  routing::VirtualHost CompileVirtualHost(const VirtualHostProto& proto);
  void TakeDomain(const std::string& domain);
  routing::Route CompileRoute(const RouteProto& proto);

  const RouteConfiguration& proto_;
  const RuntimeNumbers& runtime_;
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
  values_.filters = CompileRouteFilters(proto_.typed_per_filter_config(), runtime_, errors_);
  values_.request_headers = CompileRequestHeaders(proto_, errors_);
  values_.response_headers = CompileResponseHeaders(proto_, errors_);
  table_mirrors_ =
      CompileMirrors(proto_.request_mirror_policies(), {runtime_, slots_, {}}, errors_);
  for (int i = 0; i < proto_.virtual_hosts_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors_, "virtual_hosts", static_cast<size_t>(i));
    values_.virtual_hosts.push_back(CompileVirtualHost(proto_.virtual_hosts(i)));
  }
  values_.cluster_names = slots_.TakeNames();
  return std::move(values_);
}

routing::VirtualHost RouteTableCompiler::CompileVirtualHost(const VirtualHostProto& proto) {
  routing::VirtualHost host;
  host.name = virtual_host_name_ = proto.name();
  if (!virtual_host_names_.insert(proto.name()).second) {
    const ValidationErrors::ScopedField scope(errors_, "name");
    errors_.Add(fmt::format("\"{}\" is there twice", proto.name()));
  }
  for (int i = 0; i < proto.domains_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors_, "domains", static_cast<size_t>(i));
    TakeDomain(proto.domains(i));
    host.domains.push_back(LowerCase(proto.domains(i)));
  }
  host.tls_demand = TlsDemandOf(proto);
  host.filters = CompileRouteFilters(proto.typed_per_filter_config(), runtime_, errors_);
  host.request_headers = CompileRequestHeaders(proto, errors_);
  host.response_headers = CompileResponseHeaders(proto, errors_);
  host.tells_attempts_upstream = proto.include_request_attempt_count();
  host.tells_attempts_downstream = proto.include_attempt_count_in_response();
  host_mirrors_ =
      CompileMirrors(proto.request_mirror_policies(), {runtime_, slots_, table_mirrors_}, errors_);
  for (int i = 0; i < proto.routes_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors_, "routes", static_cast<size_t>(i));
    host.routes.push_back(CompileRoute(proto.routes(i)));
  }
  return host;
}

uint32_t RouteTableCompiler::DirectBodyBytesMax() const {
  return proto_.has_max_direct_response_body_size_bytes()
             ? proto_.max_direct_response_body_size_bytes().value()
             : kDirectBodyBytesMax;
}

// As in Envoy: a second `*`, or one in the middle, is a character like any other.
void RouteTableCompiler::TakeDomain(const std::string& domain) {
  const auto [taken, is_new] = domains_.emplace(LowerCase(domain), virtual_host_name_);
  if (is_new) return;
  errors_.Add(
      fmt::format("\"{}\" is a domain of virtual host \"{}\" already", domain, taken->second));
}

routing::Route RouteTableCompiler::CompileRoute(const RouteProto& proto) {
  routing::Route route;
  route.name = proto.name();
  {
    const ValidationErrors::ScopedField scope(errors_, "match");
    route.path = CompilePathMatch(proto.match(), errors_);
    route.conditions = CompileConditions(proto.match(), runtime_, errors_);
  }
  route.filters = CompileRouteFilters(proto.typed_per_filter_config(), runtime_, errors_);
  route.request_headers = CompileRequestHeaders(proto, errors_);
  route.response_headers = CompileResponseHeaders(proto, errors_);
  switch (proto.action_case()) {
    case RouteProto::kRoute: {
      const ValidationErrors::ScopedField scope(errors_, "route");
      route.action = CompileForward(proto.route(), {runtime_, slots_, host_mirrors_}, errors_);
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
                                                         const RuntimeNumbers& runtime,
                                                         ValidationErrors& errors) {
  routing::RouteTableValues values = RouteTableCompiler(proto, runtime, errors).Compile();
  if (!errors.ok()) return nullptr;
  return routing::RouteTable::Build(std::move(values));
}

}  // namespace outrigger::compiler
