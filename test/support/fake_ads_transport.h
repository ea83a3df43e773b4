// A scripted ADS stream: the test plays the server, synchronously.
//
// Thread: control (the test's).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "envoy/service/discovery/v3/discovery.pb.h"
#include "xds/ads_transport.h"

namespace outrigger::xds {

class FakeAdsTransport final : public AdsTransport {
 public:
  using Request = envoy::service::discovery::v3::DeltaDiscoveryRequest;
  using Response = envoy::service::discovery::v3::DeltaDiscoveryResponse;

  std::unique_ptr<AdsStream> Open(AdsStreamEvents& events) override;

  size_t opened_count() const { return opened_count_; }
  bool is_open() const { return events_ != nullptr; }

  // What the client has sent since the last call, on any stream, oldest first.
  std::vector<Request> TakeRequests();

  // Events of the open stream. Requires: is_open().
  void Ready();
  void Deliver(const Response& response);
  void DeliverBytes(std::string_view bytes);
  void Close(const absl::Status& status);

 private:
  class Stream;

  AdsStreamEvents* events_ = nullptr;  // of the open stream
  size_t opened_count_ = 0;
  std::vector<Request> requests_;
};

}  // namespace outrigger::xds
