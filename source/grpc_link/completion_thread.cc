#include "grpc_link/completion_thread.h"

#include <grpcpp/completion_queue.h>
#include <pthread.h>

#include <utility>

namespace outrigger {

CompletionThread::CompletionThread(EventLoop& control)
    : control_(control),
      queue_(std::make_unique<grpc::CompletionQueue>()),
      thread_([this] { Run(); }) {}

CompletionThread::~CompletionThread() {
  queue_->Shutdown();
  thread_.join();
}

void CompletionThread::Run() {
  // Only a label for ps; nothing depends on it.
  static_cast<void>(pthread_setname_np(pthread_self(), "grpc"));
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) {
    std::unique_ptr<GrpcOperation> operation(static_cast<GrpcOperation*>(tag));
    // Refused once control has stopped: the operation is dropped, and with it its call.
    static_cast<void>(
        control_.Post([operation = std::move(operation), ok] { operation->OnComplete(ok); }));
  }
}

}  // namespace outrigger
