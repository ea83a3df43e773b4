// The last accepted version of every resource, typed: what the linker reads and /config_dump shows.
//
// Thread: control.
#pragma once

#include <set>
#include <string>

#include "cluster/cluster.h"
#include "cluster/endpoint_set.h"
#include "compiler/extension_compiler.h"
#include "compiler/host_compiler.h"
#include "compiler/host_tables.h"
#include "compiler/resolved_endpoints.h"
#include "compiler/runtime_layers.h"
#include "compiler/secret_compiler.h"
#include "routing/route_table.h"
#include "snapshot/listener_config.h"
#include "snapshot/scoped_routes.h"
#include "xds/resource_store.h"

namespace outrigger::compiler {

struct Resources {
  xds::ResourceStore<Cluster> clusters;
  xds::ResourceStore<EndpointSet> endpoints;  // by key: EDS name, and file if there is one
  ResolvedEndpoints resolved;
  xds::ResourceStore<routing::RouteTable> routes;  // by key as well
  HostTables host_tables;                          // those of them that discover hosts
  xds::ResourceStore<DiscoveredHost> hosts;        // of route tables, by key
  // Sources that have said which hosts there are, as they stand in keys.
  std::set<std::string, std::less<>> answered_hosts;
  xds::ResourceStore<RouteScope> scopes;  // of routes, by key
  // Sources that have said which scopes there are, as they stand in keys.
  std::set<std::string, std::less<>> answered_scopes;
  xds::ResourceStore<ListenerConfig> listeners;
  xds::ResourceStore<Secret> own_secrets;          // the bootstrap's, which nobody changes
  xds::ResourceStore<Secret> secrets;              // the others, by key
  xds::ResourceStore<ExtensionConfig> extensions;  // by key
  xds::ResourceStore<RuntimeContent> runtimes;     // by key
};

}  // namespace outrigger::compiler
