// An upstream service for tests: blocking sockets and threads, a parser of its own (it shares no
// code with the proxy), one answer for every request.
//
// Thread: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace outrigger::test {

// How a service ends its connections, without a word in its answers.
struct BackendHabits {
  int answers_per_connection = 0;  // then it closes; 0: never
  bool resets = false;             // RST instead of FIN
};

class Backend {
 public:
  // Answers 200 with `name` as the body.
  explicit Backend(std::string name, BackendHabits habits = {});
  ~Backend();

  uint16_t port() const { return port_; }
  uint64_t requests() const { return requests_; }
  uint64_t connections() const { return connections_; }
  // How often each target of requests with this method was answered.
  std::map<std::string, int> TimesAnswered(const std::string& method) const;

 private:
  void Accept();
  void Serve(int fd);

  void Note(const std::string& request);

  const std::string name_;
  const BackendHabits habits_;
  int listen_fd_ = -1;
  uint16_t port_ = 0;
  std::atomic<uint64_t> requests_ = 0;
  std::atomic<uint64_t> connections_ = 0;
  std::atomic<bool> is_stopping_ = false;
  mutable std::mutex mutex_;  // guards what follows
  std::set<int> open_;
  std::map<std::string, int> answered_;  // by method and target
  std::vector<std::thread> threads_;
  std::thread accept_thread_;
};

}  // namespace outrigger::test
