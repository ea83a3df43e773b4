// A scripted ADS stream: the test plays the server, synchronously.
//
// Thread: control (the test's).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "envoy/service/discovery/v3/discovery.pb.h"
#include "xds/ads_transport.h"

namespace outrigger::xds {

class FakeAdsTransport final : public AdsTransport {
 public:
  using Request = envoy::service::discovery::v3::DeltaDiscoveryRequest;
  using Response = envoy::service::discovery::v3::DeltaDiscoveryResponse;
  using SotwRequest = envoy::service::discovery::v3::DiscoveryRequest;
  using SotwResponse = envoy::service::discovery::v3::DiscoveryResponse;

  std::unique_ptr<AdsStream> Open(AdsStreamEvents& events) override;

  size_t opened_count() const { return opened_count_; }
  bool is_open() const { return events_ != nullptr; }

  // What the client has sent since the last call, on any stream, oldest first: in the delta
  // protocol, or of the state of the world.
  std::vector<Request> TakeRequests() { return Take<Request>(); }
  std::vector<SotwRequest> TakeSotwRequests() { return Take<SotwRequest>(); }

  // Events of the open stream. Requires: is_open().
  void Ready();
  void Deliver(const Response& response) { DeliverBytes(response.SerializeAsString()); }
  void Deliver(const SotwResponse& response) { DeliverBytes(response.SerializeAsString()); }
  void DeliverBytes(std::string_view bytes);
  void Close(const absl::Status& status);

 private:
  class Stream;

  template <typename Proto>
  std::vector<Proto> Take() {
    std::vector<Proto> requests;
    for (const std::string& message : std::exchange(sent_, {})) {
      OUTRIGGER_CHECK(requests.emplace_back().ParseFromString(message));
    }
    return requests;
  }

  AdsStreamEvents* events_ = nullptr;  // of the open stream
  size_t opened_count_ = 0;
  std::vector<std::string> sent_;
};

}  // namespace outrigger::xds
