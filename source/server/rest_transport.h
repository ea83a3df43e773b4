// A discovery service that is polled: what the client would send over a stream is the next request,
// and each answer a message (xds_protocol.rst, "REST-JSON polling subscriptions").
//
// The next request comes refresh_delay after an answer, or up to twice that (Envoy's jitter); at
// once when other names are wanted (compiler/poll_state).
//
// Owned by DiscoveryStream. Thread: control; the requests themselves run on service.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "base/random.h"
#include "compiler/ads_source.h"
#include "compiler/linker.h"
#include "event/event_loop.h"
#include "server/service.h"
#include "xds/ads_transport.h"

namespace outrigger {

class RestTransport final : public xds::AdsTransport {
 public:
  // What all of them use; it outlives them and their streams.
  struct World {
    EventLoop& control;
    Service& service;
    Random& random;
    const compiler::Linker& linker;
  };
  struct Options {
    std::string path;      // "/v3/discovery:clusters"
    std::string type_url;  // of its resources
    std::string cluster;
    compiler::Polling polling;
  };

  RestTransport(const World& world, Options options)
      : world_(world), options_(std::move(options)) {}

  // Requires: the cluster serves.
  std::unique_ptr<xds::AdsStream> Open(xds::AdsStreamEvents& events) override;

 private:
  const World world_;
  const Options options_;
};

}  // namespace outrigger
