// Asks a server from time to time whether it answers, while streams go to another one: opens a
// stream, sends one request, waits for any response. What it says is not used: whoever asks opens a
// stream of its own then.
//
// A server that takes the request and says nothing is waited for: it may have nothing to say yet.
//
// Owned by ads_client. Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/back_off.h"
#include "event/event_loop.h"
#include "event/timer.h"
#include "xds/ads_transport.h"
#include "xds/protocol.h"

namespace outrigger::xds {

class ServerProbe final : private AdsStreamEvents {
 public:
  struct Hooks {
    // A serialized first request; empty: there is nothing to ask for now.
    std::function<std::string()> request;
    // It answers; nothing is asked any more.
    std::function<void()> on_answer;
    // It does not, and is asked again after a while.
    std::function<void()> on_failure;
  };

  // Everything outlives this. `back_off` is where the waits begin each time.
  ServerProbe(EventLoop& control, AdsTransport& transport, Random& random, BackOff back_off,
              Protocol protocol, Hooks hooks);
  ~ServerProbe() override;

  // Until it answers, or Stop. Going on if it is asked already.
  void Start();
  void Stop();

 private:
  void Ask();
  void Wait();
  void OnStreamReady() override {}
  void OnStreamMessage(std::string_view message) override;
  void OnStreamClosed(const absl::Status& status) override;

  AdsTransport& transport_;
  Random& random_;
  BackOff back_off_;
  const Protocol protocol_;
  const Hooks hooks_;
  Timer timer_;
  std::unique_ptr<AdsStream> stream_;
};

}  // namespace outrigger::xds
