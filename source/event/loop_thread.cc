#include "event/loop_thread.h"

#include <pthread.h>

#include <utility>

namespace outrigger {

LoopThread::LoopThread(const Clock& clock, std::string name)
    : name_(std::move(name)), loop_(clock) {}

LoopThread::~LoopThread() { Join(); }

void LoopThread::Start() {
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), name_.substr(0, 15).c_str());
    loop_.Run();
  });
}

void LoopThread::Join() {
  loop_.Stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace outrigger
