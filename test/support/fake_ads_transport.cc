#include "test/support/fake_ads_transport.h"

#include <utility>

#include "base/check.h"

namespace outrigger::xds {

class FakeAdsTransport::Stream final : public AdsStream {
 public:
  explicit Stream(FakeAdsTransport& transport) : transport_(transport) {}
  ~Stream() override { transport_.events_ = nullptr; }
  void Send(std::string message) override { transport_.sent_.push_back(std::move(message)); }

 private:
  FakeAdsTransport& transport_;
};

std::unique_ptr<AdsStream> FakeAdsTransport::Open(AdsStreamEvents& events) {
  OUTRIGGER_CHECK(events_ == nullptr);  // one stream at a time
  events_ = &events;
  ++opened_count_;
  return std::make_unique<Stream>(*this);
}

void FakeAdsTransport::Ready() { events_->OnStreamReady(); }

void FakeAdsTransport::DeliverBytes(std::string_view bytes) { events_->OnStreamMessage(bytes); }

void FakeAdsTransport::Close(const absl::Status& status) { events_->OnStreamClosed(status); }

}  // namespace outrigger::xds
