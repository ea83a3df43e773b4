// What distinguishes the types of resources: their message, what it compiles to, and by whom. One
// list for those who take resources and those who only examine them. Each gives: Proto, Value,
// Compile(const Proto&, ValidationErrors&) and Admit(const Value&) (a last word after compiling:
// binding).
//
// Internal to compiler/. Thread: control.
#pragma once

#include <google/protobuf/arena.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "compiler/cluster_compiler.h"
#include "compiler/compile_context.h"
#include "compiler/endpoint_compiler.h"
#include "compiler/extension_compiler.h"
#include "compiler/host_compiler.h"
#include "compiler/listener_compiler.h"
#include "compiler/proto_rules.h"
#include "compiler/route_compiler.h"
#include "compiler/scope_compiler.h"
#include "compiler/secret_compiler.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/core/v3/extension.pb.h"
#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "envoy/config/route/v3/route.pb.h"
#include "envoy/config/route/v3/scoped_route.pb.h"

namespace outrigger::compiler {

struct ClusterKind {
  using Proto = envoy::config::cluster::v3::Cluster;
  using Value = Cluster;
  static const std::string& NameOf(const Proto& proto) { return proto.name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileCluster(proto, context, errors);
  }
  absl::Status Admit(const Value&) { return absl::OkStatus(); }
  const CompileContext context;
};

struct EndpointKind {
  using Proto = envoy::config::endpoint::v3::ClusterLoadAssignment;
  using Value = EndpointSet;
  static const std::string& NameOf(const Proto& proto) { return proto.cluster_name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileEndpoints(proto, errors);
  }
  absl::Status Admit(const Value&) { return absl::OkStatus(); }
};

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

struct ListenerKind {
  using Proto = envoy::config::listener::v3::Listener;
  using Value = ListenerConfig;
  static const std::string& NameOf(const Proto& proto) { return proto.name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileListener(proto, context, errors);
  }
  absl::Status Admit(const Value& value) { return bind(value); }
  const ListenerContext context;
  const std::function<absl::Status(const ListenerConfig&)> bind;
};

struct SecretKind {
  using Proto = envoy::extensions::transport_sockets::tls::v3::Secret;
  using Value = Secret;
  static const std::string& NameOf(const Proto& proto) { return proto.name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileSecret(proto, errors);
  }
  absl::Status Admit(const Value& value) { return take ? take(value) : absl::OkStatus(); }
  // Whoever makes TLS contexts of it; empty: nobody, so far.
  const std::function<absl::Status(const Secret&)> take;
};

struct ExtensionKind {
  using Proto = envoy::config::core::v3::TypedExtensionConfig;
  using Value = ExtensionConfig;
  static const std::string& NameOf(const Proto& proto) { return proto.name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileExtension(proto, errors);
  }
  absl::Status Admit(const Value& value) { return take ? take(value) : absl::OkStatus(); }
  // Whoever makes filters of it; empty: nobody.
  const std::function<absl::Status(const ExtensionConfig&)> take;
};

// From the message's bytes, with the rules that the API states and what becomes of its fields.
template <typename Kind>
std::shared_ptr<const typename Kind::Value> CompileBytes(Kind& kind, std::string_view bytes,
                                                         ValidationErrors& errors) {
  google::protobuf::Arena arena;  // freed whole, not message by message
  auto& proto = *google::protobuf::Arena::CreateMessage<typename Kind::Proto>(&arena);
  if (!proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    errors.Add(kCannotBeParsed);
    return nullptr;
  }
  CheckValidationRules(proto, errors);
  std::vector<std::string> ignored;
  CheckFieldUse(proto, errors, ignored);
  return kind.Compile(proto, errors);
}

inline std::shared_ptr<const routing::RouteTable> CompileBytes(RouteKind& kind,
                                                               std::string_view bytes,
                                                               ValidationErrors& errors) {
  if (!kind.add_hosts) return CompileRouteBytes(bytes, kind.before, kind.environment, errors);
  std::string joined(bytes);
  kind.add_hosts(joined);
  return CompileRouteBytes(joined, kind.before, kind.environment, errors);
}

}  // namespace outrigger::compiler
