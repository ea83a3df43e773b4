// The methods of the discovery services over gRPC: of the aggregated one, and of one for each type.
// gRPC's threads only post; streams, sessions and the folder live on the control plane's loop.
//
// Owned by main, outlives the gRPC server. Thread: the loop, but for CreateReactor (gRPC).
#pragma once

#include <grpcpp/generic/async_generic_service.h>

#include <set>
#include <string_view>
#include <utility>

#include "control_plane/discovery_stream.h"
#include "control_plane/resource_folder.h"
#include "event/event_loop.h"
#include "event/timer.h"

namespace outrigger::control_plane {

class DiscoveryService final : public grpc::CallbackGenericService {
 public:
  static constexpr size_t kStreamsMax = 10'000;

  // As faulty control planes do: what a node has rejected is sent again, each time so long after
  // the last. Zero: never.
  struct Faults {
    Duration resend_period{};
  };

  // Both outlive the service.
  DiscoveryService(EventLoop& loop, const ResourceFolder& folder, Faults faults);

  // Called by gRPC for every call.
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

  // Tells every stream what it does not know yet.
  void PushAll();
  // With the next push, every stream is told all of that type again.
  void Resend(ResourceType type);
  // Ends every stream, and those to come.
  void EndStreams();

  // For the streams.
  EventLoop& loop() { return loop_; }
  void Add(DiscoveryStream& stream);
  void OnMessage(DiscoveryStream& stream, std::string_view bytes);
  void Remove(DiscoveryStream& stream);

 private:
  void Push(DiscoveryStream& stream);
  void NoteVerdict(DiscoveryStream& stream, const Verdict& verdict);
  void ResendRejected();

  EventLoop& loop_;
  const ResourceFolder& folder_;
  const Faults faults_;
  std::set<DiscoveryStream*> streams_;
  std::set<std::pair<DiscoveryStream*, ResourceType>> rejected_;
  MonotonicTime resend_at_{};
  Timer resend_timer_;
  bool is_ending_ = false;
};

}  // namespace outrigger::control_plane
