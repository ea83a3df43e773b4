// Of the kinds of resources (`compiler/resource_kinds.h`) those that are about routes.
//
// Internal to compiler/. Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "compiler/environment.h"
#include "compiler/host_compiler.h"
#include "compiler/route_compiler.h"
#include "compiler/scope_compiler.h"
#include "envoy/config/route/v3/route.pb.h"
#include "envoy/config/route/v3/scoped_route.pb.h"

namespace outrigger::compiler {

struct RouteKind {
  using Proto = envoy::config::route::v3::RouteConfiguration;
  using Value = routing::RouteTable;
  static const std::string& NameOf(const Proto& proto) { return proto.name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileRoutes(proto, environment, errors);
  }
  absl::Status Admit(const Value&) { return absl::OkStatus(); }
  const CompileEnvironment& environment;
  const routing::RouteTable* const before = nullptr;  // the version accepted last
  // Joins the virtual hosts that were discovered for it; empty: there are none.
  const std::function<void(std::string& bytes)> add_hosts = {};
};

struct HostKind {
  using Proto = envoy::config::route::v3::VirtualHost;
  using Value = DiscoveredHost;
  static const std::string& NameOf(const Proto& proto) { return proto.name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileHost(proto, environment, errors);
  }
  absl::Status Admit(const Value& value) { return take ? take(value) : absl::OkStatus(); }
  const CompileEnvironment& environment;
  // Whoever knows the other hosts; empty: nobody.
  const std::function<absl::Status(const DiscoveredHost&)> take;
};

struct ScopeKind {
  using Proto = envoy::config::route::v3::ScopedRouteConfiguration;
  using Value = RouteScope;
  static const std::string& NameOf(const Proto& proto) { return proto.name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileScope(proto, environment, errors);
  }
  absl::Status Admit(const Value& value) { return take ? take(value) : absl::OkStatus(); }
  const CompileEnvironment& environment;
  // Whoever knows the other scopes; empty: nobody.
  const std::function<absl::Status(const RouteScope&)> take;
};

inline std::shared_ptr<const routing::RouteTable> CompileBytes(RouteKind& kind,
                                                               std::string_view bytes,
                                                               ValidationErrors& errors) {
  if (!kind.add_hosts) return CompileRouteBytes(bytes, kind.before, kind.environment, errors);
  std::string joined(bytes);
  kind.add_hosts(joined);
  return CompileRouteBytes(joined, kind.before, kind.environment, errors);
}

}  // namespace outrigger::compiler
