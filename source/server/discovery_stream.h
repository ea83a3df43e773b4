// One stream to a control plane, or the polls of it: the way to its cluster, the client that keeps
// it alive, and where what comes over it goes.
//
// Owned by Subscriptions. Thread: control.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cluster/cluster.h"
#include "compiler/ads_source.h"
#include "compiler/linker.h"
#include "compiler/source_sink.h"
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
    std::string key_source;     // of what it brings, as it stands in keys; empty: names are keys
    std::string_view type_url;  // empty: the aggregated stream
    std::vector<xds::AdsClient::Type> types;  // in the order of first requests
    // Of those that are taken whole none is asked for before AskForWholeTypes.
    bool holds_whole_types = false;
  };

  // `cluster` is the one that the source names.
  DiscoveryStream(const World& world, std::shared_ptr<const Cluster> cluster, Options options);

  // Where the control plane may be now, and what secures the way. The stream is opened as soon as
  // both are known.
  void OnPublish(const compiler::Linker& linker);

  xds::AdsClient& client() { return client_; }
  const xds::AdsClient& client() const { return client_; }

 private:
  xds::AdsOptions ClientOptions(const World& world, const Options& options);
  static std::unique_ptr<xds::AdsTransport> NewTransport(const World& world, Link& link,
                                                         const Options& options);

  // In the order in which they use one another: what is declared later is destroyed first.
  ClusterLink link_;  // of gRPC
  compiler::SourceSink sink_;
  const std::unique_ptr<xds::AdsTransport> transport_;
  xds::AdsClient client_;
};

}  // namespace outrigger
