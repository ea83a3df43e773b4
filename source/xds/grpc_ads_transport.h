// The ADS stream over gRPC: messages of a discovery service on a byte stream.
//
// Owned by the server. Thread: control.
#pragma once

#include <memory>

#include "grpc_link/byte_stream.h"
#include "xds/ads_transport.h"

namespace outrigger::xds {

class GrpcAdsTransport final : public AdsTransport {
 public:
  // `call` is of a discovery service, and in the client's protocol. The rest outlives the transport
  // and its streams.
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
