// The ADS stream over gRPC: method and metadata of the aggregated service on a byte stream.
//
// Owned by the server. Thread: control.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "grpc_link/byte_stream.h"
#include "xds/ads_transport.h"
#include "xds/protocol.h"

namespace outrigger::xds {

// `metadata` is grpc_service.initial_metadata.
ByteStreamCall AdsCall(Protocol protocol,
                       std::vector<std::pair<std::string, std::string>> metadata);

class GrpcAdsTransport final : public AdsTransport {
 public:
  // `call` is AdsCall's. The rest outlives the transport and its streams.
  GrpcAdsTransport(EventLoop& control, Link& link, CompletionThread& completions,
                   ByteStreamCall call);

  std::unique_ptr<AdsStream> Open(AdsStreamEvents& events) override;

 private:
  EventLoop& control_;
  Link& link_;
  CompletionThread& completions_;
  const ByteStreamCall call_;
};

}  // namespace outrigger::xds
