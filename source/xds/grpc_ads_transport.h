// The ADS stream over gRPC: method and metadata of the aggregated delta service on a byte stream.
//
// Owned by the server. Thread: control.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "grpc_link/byte_stream.h"
#include "xds/ads_transport.h"

namespace outrigger::xds {

class GrpcAdsTransport final : public AdsTransport {
 public:
  using Metadata = std::vector<std::pair<std::string, std::string>>;

  // `metadata` is grpc_service.initial_metadata. The rest outlives the transport and its streams.
  GrpcAdsTransport(EventLoop& control, Link& link, CompletionThread& completions,
                   Metadata metadata);

  std::unique_ptr<AdsStream> Open(AdsStreamEvents& events) override;

 private:
  EventLoop& control_;
  Link& link_;
  CompletionThread& completions_;
  const Metadata metadata_;
};

}  // namespace outrigger::xds
