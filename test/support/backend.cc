#include "test/support/backend.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "test/support/http_client.h"

namespace outrigger::test {

Backend::Backend(std::string name) : name_(std::move(name)) {
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

void Backend::Serve(int fd) {
  std::string received;
  char piece[16 * 1024];
  while (true) {
    const size_t end = received.find("\r\n\r\n");
    const size_t body = end == received.npos ? 0 : ContentLengthOf(received.substr(0, end));
    if (end != received.npos && received.size() >= end + 4 + body) {
      received.erase(0, end + 4 + body);
      ++requests_;
      const std::string answer =
          "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(name_.size()) + "\r\n\r\n" + name_;
      if (send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) break;
      continue;
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
