// What the process says about compiling, rather than a resource.
//
// Thread: control.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "compiler/runtime_layers.h"
#include "compiler/stream_clusters.h"
#include "net/client_socket.h"
#include "net/connection_limit.h"

namespace outrigger::logging {
class AccessLogServices;
class AccessLogWriter;
}  // namespace outrigger::logging

namespace outrigger::compiler {

struct CompileEnvironment {
  // `--edge-listener`: strangers connect to these, so that what is not said is strict (R20, R44).
  std::set<std::string, std::less<>> edge_listeners;
  // How many connections the listener of that name may have, whatever becomes of the listener.
  std::map<std::string, std::shared_ptr<ConnectionLimit>, std::less<>> connection_limits;
  RuntimeNumbers runtime;  // the values of now
  // What those are made of; layers with a resource_key get their content from the control plane.
  std::vector<RuntimeLayer> runtime_layers;
  SourcesByKey runtime_sources;
  std::string service_cluster;  // whose proxy this is: the node's
  bool takes_clusters = true;   // some may come that are not there at the start
  StreamClusters stream_clusters;
  // `--ignore-resource-deletion`: clusters and listeners that a control plane deletes run on (X48).
  bool ignores_deletion = false;
  bool is_ads_delta = true;  // the aggregated stream speaks the delta protocol
  // Of clusters that say nothing of where connections to them come from.
  ClientSockets upstream_sockets = {{}};
  // Where access logs go; null: nothing is written (validation).
  logging::AccessLogWriter* access_logs = nullptr;
  logging::AccessLogServices* access_log_services = nullptr;
};

}  // namespace outrigger::compiler
