// Calls of gRPC on one connection to the admin port: the client status discovery service
// (envoy.service.status.v3.ClientStatusDiscoveryService), and a refusal for all others.
//
// A connection speaks HTTP/2 when its first bytes are its preface. An answer is made a few
// resources a turn of the loop, and sent as fast as the client takes it.
//
// Owned by an admin_connection, which passes on what happens to it. Thread: service.
#pragma once

#include <list>
#include <memory>
#include <string_view>

#include "admin/client_status_call.h"
#include "http/http2/server_codec.h"
#include "net/connection.h"

namespace outrigger::admin {

class AdminServer;

class GrpcSession final : public http::ServerCodecEvents, public http::http2::SessionOwner {
 public:
  static constexpr uint32_t kCallsMax = 8;  // at a time

  // What its first bytes must be.
  static constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  // `owner` hears the end of turns in which there is something to do.
  GrpcSession(AdminServer& server, Connection& connection, EventLoop::TurnEndHandler& owner);

  size_t OnBytes(std::string_view bytes);
  void OnEof();
  void OnTurnEnd();
  void OnBelowLowWater() { Wake(); }

  http::MessageEvents& OnRequestHead(const http::RequestHead& head,
                                     http::ResponseEncoder& encoder) override;
  void OnConnectionError(const http::Error&) override { Wake(); }
  void OnOutputDue() override { Wake(); }
  void OnPeerSilent() override { connection_.Close(Connection::Flush::kNo); }

  // From its calls: there is something to do.
  void Wake();

 private:
  AdminServer& server_;
  Connection& connection_;
  EventLoop::TurnEndHandler& owner_;
  std::list<ClientStatusCall> calls_;  // STYLE: a list, since the codec holds references to them
  http::http2::ServerCodec codec_;
  bool saw_eof_ = false;
};

}  // namespace outrigger::admin
