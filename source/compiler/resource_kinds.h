// What distinguishes the types of resources: their message, what it compiles to, and by whom. One
// list for those who take resources and those who only examine them. Each gives: Proto, Value,
// Compile(const Proto&, ValidationErrors&) and Admit(const Value&) (a last word after compiling:
// binding).
//
// Internal to compiler/. Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "compiler/cluster_compiler.h"
#include "compiler/compile_bytes.h"
#include "compiler/compile_context.h"
#include "compiler/endpoint_compiler.h"
#include "compiler/listener_compiler.h"
#include "compiler/part_kinds.h"
#include "compiler/route_kinds.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "envoy/config/listener/v3/listener.pb.h"

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

}  // namespace outrigger::compiler
