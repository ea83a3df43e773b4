#include "xds/server_probe.h"

#include <utility>

#include "xds/message.h"

namespace outrigger::xds {

ServerProbe::ServerProbe(EventLoop& control, AdsTransport& transport, Random& random,
                         BackOff back_off, Protocol protocol, Hooks hooks)
    : transport_(transport),
      random_(random),
      back_off_(back_off),
      protocol_(protocol),
      hooks_(std::move(hooks)),
      timer_(control, [this] { Ask(); }) {}

ServerProbe::~ServerProbe() = default;

void ServerProbe::Start() {
  if (stream_ != nullptr || timer_.is_armed()) return;
  back_off_.Reset();
  Wait();
}

void ServerProbe::Stop() {
  stream_.reset();
  timer_.Disarm();
}

void ServerProbe::Wait() { timer_.Arm(back_off_.Next(random_)); }

void ServerProbe::Ask() {
  std::string request = hooks_.request();
  if (request.empty()) return Wait();
  stream_ = transport_.Open(*this);
  stream_->Send(std::move(request));
}

void ServerProbe::OnStreamMessage(std::string_view message) {
  if (const auto parsed = ParseMessage(protocol_, message); !parsed.ok()) {
    return OnStreamClosed(parsed.status());
  }
  Stop();
  hooks_.on_answer();
}

// Not told of: that it does not answer is known.
void ServerProbe::OnStreamClosed(const absl::Status&) {
  stream_.reset();
  Wait();
  hooks_.on_failure();
}

}  // namespace outrigger::xds
