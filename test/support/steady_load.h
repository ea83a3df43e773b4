// Clients that send one request after the other, each on one connection, until told to stop. None
// retries; a failed request is a failure of the test.
//
// Thread: the test's; each client has its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace outrigger::test {

class SteadyLoad {
 public:
  SteadyLoad(uint16_t port, int clients);
  ~SteadyLoad() { Stop(); }
  void Stop();
  // Waits until that many more requests have been answered, so that a push is really under load.
  void WaitForMore(uint64_t count);

  uint64_t answered() const { return answered_; }
  uint64_t failed() const { return failed_; }
  // Made by all clients; known after Stop.
  uint64_t connections() const { return connections_; }

 private:
  void Run(uint16_t port);

  std::atomic<uint64_t> answered_ = 0;
  std::atomic<uint64_t> failed_ = 0;
  std::atomic<uint64_t> connections_ = 0;
  std::atomic<bool> is_stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace outrigger::test
