#include "compiler/route_compiler.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>

#include "compiler/bytes_source.h"
#include "compiler/fragments.h"
#include "compiler/route_match_compiler.h"
#include "compiler/upgrade_compiler.h"
#include "envoy/config/route/v3/route.pb.h"

namespace outrigger::compiler {

namespace {

using envoy::config::route::v3::RedirectAction;
using envoy::config::route::v3::RouteConfiguration;
using RouteProto = envoy::config::route::v3::Route;
using ActionProto = envoy::config::route::v3::RouteAction;
using VirtualHostProto = envoy::config::route::v3::VirtualHost;

constexpr uint32_t kDirectBodyBytesMax = 4096;  // unless the table says otherwise

// One RouteConfiguration being compiled.
class RouteTableCompiler {
 public:
  RouteTableCompiler(const RouteConfiguration& proto, ValidationErrors& errors)
      : proto_(proto), errors_(errors) {}

  routing::RouteTableValues Compile();

 private:
  template <typename Proto>
  routing::HeaderOperations RequestHeaders(const Proto& proto) {
    return CompileHeaderOperations(
        proto.request_headers_to_add(), proto.request_headers_to_remove(),
        {"request_headers_to_add", "request_headers_to_remove"}, errors_);
  }
  template <typename Proto>
  routing::HeaderOperations ResponseHeaders(const Proto& proto) {
    return CompileHeaderOperations(
        proto.response_headers_to_add(), proto.response_headers_to_remove(),
        {"response_headers_to_add", "response_headers_to_remove"}, errors_);
  }
  routing::VirtualHost CompileVirtualHost(const VirtualHostProto& proto);
  void TakeDomain(const std::string& domain);
  routing::Route CompileRoute(const RouteProto& proto);
  routing::ForwardAction CompileForward(const ActionProto& proto);
  static void CompileStreamDuration(const ActionProto& proto, routing::ForwardAction& action);
  void CompileClusters(const ActionProto& proto, routing::ForwardAction& action);
  routing::DirectResponse CompileDirect(const RouteProto& proto);
  routing::Redirect CompileRedirect(const RedirectAction& proto);
  routing::ClusterSlot SlotOf(const std::string& cluster);
  void Require(bool is_there, std::string_view field);

  const RouteConfiguration& proto_;
  ValidationErrors& errors_;
  routing::RouteTableValues values_;
  std::map<std::string, std::string> domains_;  // to the name of their virtual host
  std::set<std::string> virtual_host_names_;
  std::string virtual_host_name_;
  std::map<std::string, routing::ClusterSlot> slots_;
};

routing::RouteTableValues RouteTableCompiler::Compile() {
  values_.name = proto_.name();
  values_.ignores_port_in_host = proto_.ignore_port_in_host_matching();
  values_.most_specific_header_operations_win = proto_.most_specific_header_mutations_wins();
  values_.request_headers = RequestHeaders(proto_);
  values_.response_headers = ResponseHeaders(proto_);
  for (int i = 0; i < proto_.virtual_hosts_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors_, "virtual_hosts", static_cast<size_t>(i));
    values_.virtual_hosts.push_back(CompileVirtualHost(proto_.virtual_hosts(i)));
  }
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
  host.request_headers = RequestHeaders(proto);
  host.response_headers = ResponseHeaders(proto);
  for (int i = 0; i < proto.routes_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors_, "routes", static_cast<size_t>(i));
    host.routes.push_back(CompileRoute(proto.routes(i)));
  }
  return host;
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
    route.headers = CompileHeaderMatches(proto.match(), errors_);
  }
  route.request_headers = RequestHeaders(proto);
  route.response_headers = ResponseHeaders(proto);
  switch (proto.action_case()) {
    case RouteProto::kRoute: {
      const ValidationErrors::ScopedField scope(errors_, "route");
      route.action = CompileForward(proto.route());
      break;
    }
    case RouteProto::kDirectResponse: {
      const ValidationErrors::ScopedField scope(errors_, "direct_response");
      route.action = CompileDirect(proto);
      break;
    }
    case RouteProto::kRedirect: {
      const ValidationErrors::ScopedField scope(errors_, "redirect");
      route.action = CompileRedirect(proto.redirect());
      break;
    }
    default:
      break;  // the validation rules or the field table have said why
  }
  return route;
}

routing::ForwardAction RouteTableCompiler::CompileForward(const ActionProto& proto) {
  routing::ForwardAction action;
  CompileClusters(proto, action);
  if (proto.has_timeout()) action.timeout = ToDuration(proto.timeout());
  if (proto.has_idle_timeout()) action.idle_timeout = ToDuration(proto.idle_timeout());
  CompileStreamDuration(proto, action);
  action.upgrades = CompileUpgrades(proto.upgrade_configs(), errors_);
  if (!proto.prefix_rewrite().empty()) action.prefix_rewrite = proto.prefix_rewrite();
  if (proto.auto_host_rewrite().value()) {
    const ValidationErrors::ScopedField scope(errors_, "auto_host_rewrite");
    errors_.Add("is not supported yet");
  }
  if (!proto.host_rewrite_literal().empty()) action.host_rewrite = proto.host_rewrite_literal();
  switch (proto.cluster_not_found_response_code()) {
    case ActionProto::NOT_FOUND:
      action.cluster_not_found_status = 404;
      break;
    case ActionProto::INTERNAL_SERVER_ERROR:
      action.cluster_not_found_status = 500;
      break;
    default:
      action.cluster_not_found_status = 503;
      break;
  }
  return action;
}

void RouteTableCompiler::CompileStreamDuration(const ActionProto& proto,
                                               routing::ForwardAction& action) {
  if (proto.has_max_grpc_timeout()) action.grpc_timeout_max = ToDuration(proto.max_grpc_timeout());
  if (proto.has_grpc_timeout_offset()) {
    action.grpc_timeout_offset = ToDuration(proto.grpc_timeout_offset());
  }
  if (!proto.has_max_stream_duration()) return;
  const auto& from = proto.max_stream_duration();
  routing::StreamDuration& duration = action.stream_duration.emplace();
  if (from.has_max_stream_duration()) duration.most = ToDuration(from.max_stream_duration());
  if (from.has_grpc_timeout_header_max()) {
    duration.grpc_max = ToDuration(from.grpc_timeout_header_max());
  }
  if (from.has_grpc_timeout_header_offset()) {
    duration.grpc_offset = ToDuration(from.grpc_timeout_header_offset());
  }
}

void RouteTableCompiler::CompileClusters(const ActionProto& proto, routing::ForwardAction& action) {
  if (!proto.has_weighted_clusters()) {
    routing::WeightedCluster only;
    only.cluster = SlotOf(proto.cluster());
    only.weight = 1;
    action.clusters.push_back(std::move(only));
    return;
  }
  const ValidationErrors::ScopedField scope(errors_, "weighted_clusters");
  action.total_weight = 0;
  for (int i = 0; i < proto.weighted_clusters().clusters_size(); ++i) {
    const auto& weighted = proto.weighted_clusters().clusters(i);
    const ValidationErrors::ScopedField element(errors_, "clusters", static_cast<size_t>(i));
    Require(!weighted.name().empty() || !weighted.cluster_header().empty(), "name");
    Require(weighted.has_weight(), "weight");
    action.clusters.push_back({SlotOf(weighted.name()), weighted.weight().value(),
                               RequestHeaders(weighted), ResponseHeaders(weighted)});
    action.total_weight += weighted.weight().value();
  }
  if (action.total_weight == 0 || action.total_weight > UINT32_MAX) {
    errors_.Add("the sum of all weights must be between 1 and 4294967295");
  }
}

routing::DirectResponse RouteTableCompiler::CompileDirect(const RouteProto& proto) {
  const auto& direct = proto.direct_response();
  routing::DirectResponse response;
  response.status = static_cast<uint16_t>(direct.status());
  if (!direct.has_body()) return response;
  const ValidationErrors::ScopedField scope(errors_, "body");
  response.body = ReadDataSource(direct.body(), errors_);
  const uint32_t bytes_max = proto_.has_max_direct_response_body_size_bytes()
                                 ? proto_.max_direct_response_body_size_bytes().value()
                                 : kDirectBodyBytesMax;
  // Zero is no limit, as in Envoy; a resource has one of its own.
  if (bytes_max > 0 && response.body.size() > bytes_max) {
    errors_.Add(fmt::format("must have at most {} bytes", bytes_max));
  }
  return response;
}

routing::Redirect RouteTableCompiler::CompileRedirect(const RedirectAction& proto) {
  routing::Redirect redirect;
  switch (proto.response_code()) {
    case RedirectAction::FOUND:
      redirect.status = 302;
      break;
    case RedirectAction::SEE_OTHER:
      redirect.status = 303;
      break;
    case RedirectAction::TEMPORARY_REDIRECT:
      redirect.status = 307;
      break;
    case RedirectAction::PERMANENT_REDIRECT:
      redirect.status = 308;
      break;
    default:
      redirect.status = 301;
      break;
  }
  if (proto.https_redirect()) redirect.scheme = "https";
  if (!proto.scheme_redirect().empty()) redirect.scheme = proto.scheme_redirect();
  if (!proto.host_redirect().empty()) redirect.host = proto.host_redirect();
  if (proto.port_redirect() > 65535) {
    const ValidationErrors::ScopedField scope(errors_, "port_redirect");
    errors_.Add("must be at most 65535");
  }
  if (proto.port_redirect() != 0) redirect.port = static_cast<uint16_t>(proto.port_redirect());
  if (!proto.path_redirect().empty()) redirect.path = proto.path_redirect();
  if (!proto.prefix_rewrite().empty()) redirect.prefix_rewrite = proto.prefix_rewrite();
  redirect.strips_query = proto.strip_query();
  return redirect;
}

void RouteTableCompiler::Require(bool is_there, std::string_view field) {
  if (is_there) return;
  const ValidationErrors::ScopedField scope(errors_, field);
  errors_.Add("is required");
}

routing::ClusterSlot RouteTableCompiler::SlotOf(const std::string& cluster) {
  auto& names = values_.cluster_names;
  const auto it = slots_.find(cluster);
  if (it != slots_.end()) return it->second;
  names.push_back(cluster);
  return slots_[cluster] = static_cast<routing::ClusterSlot>(names.size() - 1);
}

}  // namespace

std::shared_ptr<const routing::RouteTable> CompileRoutes(const RouteConfiguration& proto,
                                                         ValidationErrors& errors) {
  routing::RouteTableValues values = RouteTableCompiler(proto, errors).Compile();
  if (!errors.ok()) return nullptr;
  return routing::RouteTable::Build(std::move(values));
}

}  // namespace outrigger::compiler
