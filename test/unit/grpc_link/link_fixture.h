// A link with a real service thread, relays and completion thread; control is the test's own
// thread, turned until a condition holds.
//
// Thread: the test's.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/slab.h"
#include "event/loop_thread.h"
#include "grpc_link/completion_thread.h"
#include "grpc_link/link.h"
#include "net/socket.h"

namespace outrigger {

class ServiceThread {
 public:
  explicit ServiceThread(const Clock& clock) : thread(clock, "service") { thread.Start(); }
  // The loop first: what is posted to it uses the relays.
  ~ServiceThread() {
    thread.loop().Stop();
    thread.Join();
  }

 private:
  std::vector<char> scratch_ = std::vector<char>(NetContext::kReadScratchBytes);
  SystemSockets sockets_;
  SlabPool slabs_;

 public:
  LoopThread thread;
  NetContext net{thread.loop(), sockets_, slabs_, scratch_.data()};
  LinkRelays relays{net};
};

struct LinkFixture {
  static constexpr auto kWaitMax = std::chrono::seconds(20);

  explicit LinkFixture(uint16_t port) {
    LinkOptions options;
    options.authority = "xds.example";
    options.endpoints = {*Address::FromIp("127.0.0.1", port)};
    link.emplace(control, service.thread.loop(), service.relays, options);
  }

  // Turns control until it holds; false after kWaitMax.
  bool Until(const std::function<bool()>& is_true) {
    const MonotonicTime end = clock.Now() + kWaitMax;
    while (!is_true()) {
      if (clock.Now() > end) return false;
      control.RunOnce(std::chrono::milliseconds(100));
    }
    return true;
  }

  SystemClock clock;
  EventLoop control{clock};
  ServiceThread service{clock};
  CompletionThread completions{control};
  std::optional<Link> link;
};

}  // namespace outrigger
