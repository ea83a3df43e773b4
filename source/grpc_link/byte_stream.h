// One bidirectional gRPC call that carries serialized messages, on a channel of its own. Knows no
// message type. Used for xDS and access logs, later for external authorisation.
//
// May be destroyed at any moment, within an event too: what gRPC still has in flight keeps its own
// state alive and finds nobody to tell.
//
// Owned by whoever speaks over it; `completions` and the events outlive it.
// Thread: control.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "event/event_loop.h"
#include "grpc_link/completion_thread.h"
#include "grpc_link/link.h"

namespace outrigger {

class ByteStreamEvents {
 public:
  virtual ~ByteStreamEvents() = default;
  // The call is under way. What was sent before has been queued.
  virtual void OnReady() = 0;
  // Valid during the call. The next message is asked for when this returns.
  virtual void OnMessage(std::string_view message) = 0;
  // What was sent has gone out, all of it: for those who send no faster than the server takes.
  virtual void OnSent() {}
  // Last event, with the gRPC status: OK when the server ended the call.
  virtual void OnClosed(const absl::Status& status) = 0;
};

struct ByteStreamCall {
  std::string method;                                         // "/package.Service/Method"
  std::vector<std::pair<std::string, std::string>> metadata;  // names in lower case
};

class ByteStream {
 public:
  // Of messages that the server has not taken; more closes the stream (RESOURCE_EXHAUSTED). A first
  // request that lists the versions of 100,000 resources takes about 15 MiB.
  static constexpr size_t kQueuedBytesMax = 64 * 1024 * 1024;

  // Never calls `events` before returning.
  ByteStream(EventLoop& control, Link& link, CompletionThread& completions, ByteStreamCall call,
             ByteStreamEvents& events);
  // Cancels the call; no event follows.
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  // Queues one message. Order is kept. Ignored once closed.
  void Send(std::string message);
  // Nothing is sent behind what is queued: the server may end the call, and has had all of it then.
  void EndSending();

 private:
  class Call;
  std::shared_ptr<Call> call_;
};

}  // namespace outrigger
