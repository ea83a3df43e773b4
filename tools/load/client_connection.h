// One keep-alive HTTP/1.1 connection of the load client: sends one request at a time, checks the
// answer, tells the run. Never sends a request twice: whatever goes wrong while one is outstanding
// is its failure.
//
// Owned by LoadRun for the whole run; the socket behind it comes and goes. Thread: main.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "event/timer.h"
#include "http/http1/client_codec.h"
#include "net/connection.h"

namespace outrigger::load {

class LoadRun;

struct LoadRequest {
  std::string id;
  MonotonicTime due{};
};

class ClientConnection final : public NetworkFilter, public http::ResponseEvents {
 public:
  ClientConnection(LoadRun& run, NetContext& net);

  // Requires: !is_open().
  void Connect();
  // Connects first when that is needed. Requires: no request is outstanding.
  void Send(LoadRequest request);

  // There is a socket, connected or about to be.
  bool is_open() const { return connection_ != nullptr; }

  void OnConnected() override;
  size_t OnBytes(std::string_view bytes) override;
  void OnEof() override;
  void OnClosed(CloseReason reason, int system_error) override;

  void OnInformational(const http::ResponseHead&) override {}
  void OnResponseHead(const http::ResponseHead& head) override;
  void OnBody(std::string_view bytes) override;
  void OnTrailers(const http::HeaderMap&) override {}
  void OnMessageEnd() override { is_answered_ = true; }
  void OnMessageError(const http::Error& error) override;

 private:
  struct Answer {
    uint16_t status = 0;
    std::string echo;
    std::string version;
    std::string service;
    std::string announced_bytes;
    std::string body;
  };

  void FinishAnswer();
  std::string FindMismatch() const;
  void Fail(const std::string& reason, const std::string& detail);
  void OnTimeout();

  LoadRun& run_;
  NetContext& net_;
  std::unique_ptr<Connection> connection_;
  std::optional<http::http1::ClientCodec> codec_;  // of connection_
  Timer timeout_;
  std::optional<LoadRequest> request_;  // outstanding
  Answer answer_;
  bool is_answered_ = false;
  bool is_connected_ = false;
  bool was_close_announced_ = false;
};

}  // namespace outrigger::load
