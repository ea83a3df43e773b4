// One stream to a control plane, or the polls of it: the way to its cluster, and to that of its
// failover if there is one, the client that keeps it alive, and where what comes over it goes.
//
// Owned by Subscriptions. Thread: control.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/cluster.h"
#include "compiler/ads_source.h"
#include "compiler/linker.h"
#include "compiler/source_sink.h"
#include "event/timer.h"
#include "grpc_link/completion_thread.h"
#include "server/cluster_link.h"
#include "server/service.h"
#include "xds/ads_client.h"
#include "xds/ads_transport.h"

namespace outrigger {

class DiscoveryStream {
 public:
  // What all streams use; it outlives them.
  struct World {
    EventLoop& control;
    Service& service;
    CompletionThread& completions;
    compiler::Configuration& configuration;
    Random& random;
    const std::string& node;  // serialized
  };
  struct Options {
    compiler::AdsSource source;
    std::shared_ptr<const Cluster> cluster;           // that the source names
    std::shared_ptr<const Cluster> failover_cluster;  // null: it names no other
    std::string key_source;     // of what it brings, as it stands in keys; empty: names are keys
    std::string_view type_url;  // empty: the aggregated stream
    std::vector<xds::AdsClient::Type> types;  // in the order of first requests
    // Of those that are taken whole none is asked for before AskForWholeTypes.
    bool holds_whole_types = false;
  };

  DiscoveryStream(const World& world, Options options);

  // Where the control plane may be now, and what secures the way. The stream is opened as soon as
  // both are known; or when the primary might have been connected by then, if they are of the
  // failover.
  void OnPublish(const compiler::Linker& linker);

  xds::AdsClient& client() { return client_; }
  const xds::AdsClient& client() const { return client_; }

 private:
  void Start();
  xds::AdsOptions ClientOptions(const World& world, const Options& options);

  // In the order in which they use one another: what is declared later is destroyed first.
  ClusterLink link_;  // of gRPC
  std::optional<ClusterLink> failover_link_;
  compiler::SourceSink sink_;
  const std::unique_ptr<xds::AdsTransport> transport_;
  const std::unique_ptr<xds::AdsTransport> failover_transport_;  // null: there is none
  xds::AdsClient client_;
  const Duration connect_timeout_;  // of the primary
  Timer start_timer_;
  bool has_started_ = false;
};

}  // namespace outrigger
