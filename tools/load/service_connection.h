// One connection of the example service: answers any request with 200, the id it came with and a
// hash.
// `?bytes=N` makes the body at least that long, `?delay_ms=N` lets the answer wait.
//
// Owned by DemoService. Thread: main.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "event/timer.h"
#include "http/http1/server_codec.h"
#include "net/connection.h"

namespace outrigger::load {

class DemoService;

class ServiceConnection final : public NetworkFilter,
                                public http::ServerCodecEvents,
                                public http::MessageEvents {
 public:
  static constexpr Duration kDelayMax = std::chrono::minutes(10);

  ServiceConnection(DemoService& service, std::unique_ptr<Connection> connection);

  size_t OnBytes(std::string_view bytes) override;
  void OnEof() override;
  void OnClosed(CloseReason reason, int system_error) override;

  http::MessageEvents& OnRequestHead(const http::RequestHead& head,
                                     http::ResponseEncoder& encoder) override;
  void OnConnectionError(const http::Error& error) override;

  void OnBody(std::string_view) override {}
  void OnTrailers(const http::HeaderMap&) override {}
  void OnMessageEnd() override;
  void OnMessageError(const http::Error&) override {}

 private:
  void Answer();
  void AfterDecode();

  DemoService& service_;
  std::unique_ptr<Connection> connection_;
  http::http1::ServerCodec codec_;
  Timer delay_timer_;
  std::string id_;
  size_t bytes_min_ = 0;
  Duration delay_{};
};

}  // namespace outrigger::load
