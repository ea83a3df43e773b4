// One connection of the load client: carries one request at a time over HTTP/1, several over
// HTTP/2.
//
// Owned by LoadRun for the whole run; the socket behind it comes and goes. Thread: main.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "event/event_loop.h"
#include "net/connection.h"
#include "tools/load/load_codec.h"
#include "tools/load/load_exchange.h"

namespace outrigger::load {

class ClientConnection final : public NetworkFilter, public EventLoop::TurnEndHandler {
 public:
  ClientConnection(LoadRun& run, NetContext& net);

  // Requires: !is_open().
  void Connect();
  // Connects first when that is needed. Requires: fewer requests are outstanding than it carries.
  void Send(LoadRequest request);
  // Lets the run know what has ended, and what may begin. Not from within an event of the codec.
  void Settle();

  // There is a socket, connected or about to be.
  bool is_open() const { return connection_ != nullptr; }

  void OnConnected() override;
  size_t OnBytes(std::string_view bytes) override;
  void OnEof() override;
  void OnBelowLowWater() override { Flush(); }
  void OnClosed(CloseReason reason, int system_error) override;
  void OnTurnEnd() override;

 private:
  LoadExchange& FreeExchange();
  bool has_outstanding() const;
  void Flush();
  void CloseSpent(bool has_failed);

  LoadRun& run_;
  NetContext& net_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<LoadCodec> codec_;  // of connection_
  std::vector<std::unique_ptr<LoadExchange>> exchanges_;
  bool is_connected_ = false;
  bool was_close_announced_ = false;
};

}  // namespace outrigger::load
