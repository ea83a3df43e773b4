#include "xds/grpc_ads_transport.h"

namespace outrigger::xds {

namespace {

class GrpcAdsStream final : public AdsStream, private ByteStreamEvents {
 public:
  GrpcAdsStream(EventLoop& control, Link& link, CompletionThread& completions, ByteStreamCall call,
                AdsStreamEvents& events)
      : events_(events), stream_(control, link, completions, std::move(call), *this) {}

  void Send(std::string message) override { stream_.Send(std::move(message)); }

 private:
  void OnReady() override { events_.OnStreamReady(); }
  void OnMessage(std::string_view message) override { events_.OnStreamMessage(message); }
  void OnClosed(const absl::Status& status) override { events_.OnStreamClosed(status); }

  AdsStreamEvents& events_;
  ByteStream stream_;
};

}  // namespace

GrpcAdsTransport::GrpcAdsTransport(EventLoop& control, Link& link, CompletionThread& completions,
                                   ByteStreamCall call)
    : control_(control), link_(link), completions_(completions), call_(std::move(call)) {}

std::unique_ptr<AdsStream> GrpcAdsTransport::Open(AdsStreamEvents& events) {
  return std::make_unique<GrpcAdsStream>(control_, link_, completions_, call_, events);
}

}  // namespace outrigger::xds
