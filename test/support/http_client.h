// A blocking HTTP/1 client for tests, with a parser of its own (it shares no code with the proxy).
// It keeps its connection, never retries, and tells every failure.
//
// Thread: one (each thread its own).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace outrigger::test {

size_t ContentLengthOf(std::string_view head);

struct Answer {
  int status = 0;
  std::string head;
  std::string body;
};

class HttpClient {
 public:
  explicit HttpClient(uint16_t port) : port_(port) {}
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Nothing on any failure; `failure()` says which.
  std::optional<Answer> Get(const std::string& path, const std::string& host = "test.local");
  std::optional<Answer> Send(const std::string& request_bytes);
  const std::string& failure() const { return failure_; }
  // Connections made so far: 1 as long as the server keeps the first.
  int connections() const { return connections_; }
  void Close();

 private:
  bool Connect();
  bool ReadMore(std::string& received);
  bool ReadChunked(std::string& received, Answer& answer);
  std::optional<Answer> Fail(std::string why);

  const uint16_t port_;
  int fd_ = -1;
  int connections_ = 0;
  std::string failure_;
};

}  // namespace outrigger::test
