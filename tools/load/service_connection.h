// One connection of the example service, by HTTP/1 or by HTTP/2 in plaintext: its first bytes tell.
//
// Owned by DemoService. Thread: main.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "event/event_loop.h"
#include "event/timer.h"
#include "http/codec.h"
#include "net/connection.h"
#include "tools/load/codec_surroundings.h"

namespace outrigger::load {

class DemoService;
class ServiceExchange;

class ServiceConnection final : public NetworkFilter,
                                public http::ServerCodecEvents,
                                public EventLoop::TurnEndHandler {
 public:
  ServiceConnection(DemoService& service, std::unique_ptr<Connection> connection);
  ~ServiceConnection() override;

  // `exchange` has been answered or given up; destroyed at the end of the turn.
  void Remove(ServiceExchange& exchange);
  // What an exchange has written goes out.
  void Flush();

  size_t OnBytes(std::string_view bytes) override;
  void OnEof() override;
  void OnBelowLowWater() override { Flush(); }
  void OnClosed(CloseReason reason, int system_error) override;
  void OnTurnEnd() override;

  http::MessageEvents& OnRequestHead(const http::RequestHead& head,
                                     http::ResponseEncoder& encoder) override;
  void OnConnectionError(const http::Error& error) override;

 private:
  bool ChooseCodec(std::string_view bytes);
  void CloseIfDone();
  void CloseIfIdle();

  DemoService& service_;
  std::unique_ptr<Connection> connection_;
  CodecSurroundings surroundings_;
  std::unique_ptr<http::ServerCodec> codec_;  // null until the first bytes
  std::vector<std::unique_ptr<ServiceExchange>> exchanges_;
  bool is_http2_ = false;
  Timer stay_timer_;
};

}  // namespace outrigger::load
