// The one thread in grpc::CompletionQueue::Next. It looks into nothing: each finished operation is
// posted to the control loop, which runs it.
//
// Owned by the server. Outlives every call that uses its queue; calls are cancelled before it goes.
// Thread: made and destroyed by control.
#pragma once

#include <memory>
#include <thread>

#include "event/event_loop.h"

namespace grpc {
class CompletionQueue;
}

namespace outrigger {

// One operation in flight: the tag of the queue. Its address goes in by Start... calls of gRPC
// (release it there) and comes back exactly once.
class GrpcOperation {
 public:
  virtual ~GrpcOperation() = default;
  // On control. Not called, only destroyed (on any thread), when control has stopped.
  virtual void OnComplete(bool ok) = 0;
};

class CompletionThread {
 public:
  explicit CompletionThread(EventLoop& control);
  // Waits for what is in flight to come back.
  ~CompletionThread();
  CompletionThread(const CompletionThread&) = delete;
  CompletionThread& operator=(const CompletionThread&) = delete;

  grpc::CompletionQueue& queue() { return *queue_; }

 private:
  void Run();

  EventLoop& control_;
  const std::unique_ptr<grpc::CompletionQueue> queue_;
  std::thread thread_;
};

}  // namespace outrigger
