// A thread that runs one event loop for its whole life.
//
// Thread: created and destroyed by control; the loop runs on its own.
#pragma once

#include <string>
#include <thread>

#include "event/event_loop.h"

namespace outrigger {

class LoopThread {
 public:
  // `name` (at most 15 bytes) is what ps and gdb show. The loop does not run before Start.
  LoopThread(const Clock& clock, std::string name);
  // Stops the loop and joins.
  ~LoopThread();

  void Start();
  void Join();
  EventLoop& loop() { return loop_; }
  const EventLoop& loop() const { return loop_; }

 private:
  const std::string name_;
  EventLoop loop_;
  std::thread thread_;
};

}  // namespace outrigger
