// What the bootstrap file says, as plain values: who we are, where admin listens, static resources,
// and where configuration comes from.
//
// Static resources stay serialized: they go through the same compilers as everything (design 6).
//
// Thread: control. Source: envoy/config/bootstrap/v3/bootstrap.proto; xds.md 3.12.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/resource_source.h"
#include "base/validation_errors.h"
#include "compiler/ads_source.h"
#include "compiler/environment.h"
#include "compiler/runtime_layers.h"
#include "net/address.h"
#include "net/client_socket.h"
#include "server/command_line.h"
#include "stats/stats_options.h"

namespace envoy::config::bootstrap::v3 {
class Bootstrap;
}

namespace outrigger {

struct AdminAddress {
  Address address;         // unset: no admin server
  uint32_t file_mode = 0;  // of its Unix socket; 0: as the umask has it
};

struct Bootstrap {
  std::string serialized;  // the whole message, merged and completed: what /config_dump shows
  std::string node;        // serialized envoy.config.core.v3.Node with our user agent
  std::string node_id;
  std::string node_cluster;
  AdminAddress admin;
  std::vector<std::string> static_secrets;    // serialized Secret
  std::vector<std::string> static_clusters;   // serialized Cluster
  std::vector<std::string> static_listeners;  // serialized Listener
  compiler::AdsSource ads;                    // cluster empty: no control plane
  bool takes_clusters_from_ads = false;       // dynamic_resources.cds_config
  bool takes_listeners_from_ads = false;      // dynamic_resources.lds_config
  SourcePointer clusters_source;              // the same from elsewhere; null: no
  SourcePointer listeners_source;
  compiler::StreamClusters stream_clusters;  // those of `static_clusters` that may be asked
  // How long the process is not ready for want of them; unset: for ever.
  std::optional<Duration> clusters_wait_max;
  std::optional<Duration> listeners_wait_max;
  // Connections of clients, as overload_manager limits them; unset: as the runtime does.
  std::optional<uint32_t> monitored_connections_max;
  compiler::RuntimeValues runtime;
  stats::StatsOptions stats;
  ClientSockets upstream_sockets = {{}};  // of clusters that do not say
  std::vector<std::string> warnings;      // unknown fields let through
  // Fields accepted without effect: "cluster web: lb_policy: balancing is round robin so far".
  std::vector<std::string> without_effect;

  bool streams_clusters() const {
    return takes_clusters_from_ads || StreamOf(clusters_source) != nullptr;
  }
  bool streams_listeners() const {
    return takes_listeners_from_ads || StreamOf(listeners_source) != nullptr;
  }
  bool has_control_plane() const {
    return !ads.cluster.empty() || streams_clusters() || streams_listeners();
  }
};

// Reads and merges `-c` (also a pipe: read once) and `--config-yaml`, and returns every mistake
// with its field path. What is right about it is in `bootstrap` all the same. Mistakes inside the
// static resources are found by those who compile them.
std::vector<std::string> ReadBootstrap(const CommandLine& command_line, Bootstrap& bootstrap);
// The same of a message; listeners without a name are given one.
ValidationErrors CompileBootstrap(envoy::config::bootstrap::v3::Bootstrap& proto,
                                  Bootstrap& bootstrap);
// The same, all or nothing.
absl::StatusOr<Bootstrap> LoadBootstrap(const CommandLine& command_line);

}  // namespace outrigger
