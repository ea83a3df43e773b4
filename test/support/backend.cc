#include "test/support/backend.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "test/support/http_client.h"

namespace outrigger::test {

Backend::Backend(std::string name, BackendHabits habits) : name_(std::move(name)), habits_(habits) {
  listen_fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (bind(listen_fd_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      listen(listen_fd_, 128) != 0 ||
      getsockname(listen_fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  accept_thread_ = std::thread([this] { Accept(); });
}

Backend::~Backend() {
  is_stopping_ = true;
  shutdown(listen_fd_, SHUT_RDWR);
  accept_thread_.join();
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (int fd : open_) shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  close(listen_fd_);
}

void Backend::Accept() {
  while (!is_stopping_) {
    const int fd = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ++connections_;
    std::lock_guard<std::mutex> lock(mutex_);
    open_.insert(fd);
    threads_.emplace_back([this, fd] { Serve(fd); });
  }
}

namespace {

// Of the first request in `received`, with its body; 0 while it is not complete.
size_t RequestBytes(const std::string& received) {
  const size_t end = received.find("\r\n\r\n");
  if (end == received.npos) return 0;
  const std::string head = received.substr(0, end + 2);
  size_t at = end + 4;
  if (head.find("transfer-encoding: chunked") == head.npos) {
    at += ContentLengthOf(head);
    return received.size() < at ? 0 : at;
  }
  while (true) {
    const size_t line = received.find("\r\n", at);
    if (line == received.npos) return 0;
    const size_t size = std::strtoul(received.c_str() + at, nullptr, 16);
    if (size == 0) break;
    at = line + 2 + size + 2;
    if (at > received.size()) return 0;
  }
  const size_t last = received.find("\r\n\r\n", at);
  return last == received.npos ? 0 : last + 4;
}

}  // namespace

void Backend::Note(const std::string& request) {
  ++requests_;
  std::lock_guard<std::mutex> lock(mutex_);
  ++answered_[request.substr(0, request.find(" HTTP/"))];
}

std::map<std::string, int> Backend::TimesAnswered(const std::string& method) const {
  std::map<std::string, int> times;
  std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [request, count] : answered_) {
    if (request.starts_with(method + " ")) times[request.substr(method.size() + 1)] = count;
  }
  return times;
}

void Backend::Serve(int fd) {
  std::string received;
  int answers = 0;
  char piece[16 * 1024];
  while (true) {
    if (const size_t bytes = RequestBytes(received); bytes > 0) {
      Note(received.substr(0, bytes));
      received.erase(0, bytes);
      const std::string answer =
          "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(name_.size()) + "\r\n\r\n" + name_;
      if (send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) break;
      if (++answers != habits_.answers_per_connection) continue;
      const linger now{1, 0};
      if (habits_.resets) setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
      break;
    }
    const ssize_t count = recv(fd, piece, sizeof piece, 0);
    if (count <= 0) break;
    received.append(piece, static_cast<size_t>(count));
  }
  std::lock_guard<std::mutex> lock(mutex_);
  open_.erase(fd);
  close(fd);
}

}  // namespace outrigger::test
