// An upstream service for tests: blocking sockets and threads, a parser of its own (it shares no
// code with the proxy), one answer for every request.
//
// Thread: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace outrigger::test {

class Backend {
 public:
  // Answers 200 with `name` as the body.
  explicit Backend(std::string name);
  ~Backend();

  uint16_t port() const { return port_; }
  uint64_t requests() const { return requests_; }
  uint64_t connections() const { return connections_; }

 private:
  void Accept();
  void Serve(int fd);

  const std::string name_;
  int listen_fd_ = -1;
  uint16_t port_ = 0;
  std::atomic<uint64_t> requests_ = 0;
  std::atomic<uint64_t> connections_ = 0;
  std::atomic<bool> is_stopping_ = false;
  std::mutex mutex_;
  std::set<int> open_;
  std::vector<std::thread> threads_;
  std::thread accept_thread_;
};

}  // namespace outrigger::test
