// One call of a discovery service: moves messages between gRPC and its Session.
//
// Owns itself, as gRPC wants it: destroyed on the loop after gRPC's last callback.
// Thread: the loop, but for the On... callbacks (gRPC), which only post.
#pragma once

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <deque>
#include <string>

#include "control_plane/session.h"

namespace outrigger::control_plane {

class DiscoveryService;

class DiscoveryStream final : public grpc::ServerGenericBidiReactor {
 public:
  DiscoveryStream(DiscoveryService& service, Session session, std::string peer);

  Session& session() { return session_; }
  const std::string& peer() const { return peer_; }

  void Start() { StartRead(&received_); }
  // At most one response per type is outstanding, so the queue stays short.
  void Send(std::string response);
  void End(const grpc::Status& status);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  void TakeReceived();
  void WriteNext();

  DiscoveryService& service_;
  Session session_;
  const std::string peer_;
  grpc::ByteBuffer received_;
  grpc::ByteBuffer sent_;
  std::deque<std::string> queued_;
  bool is_writing_ = false;
  std::atomic<bool> is_ended_ = false;
};

}  // namespace outrigger::control_plane
