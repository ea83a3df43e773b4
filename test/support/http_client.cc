#include "test/support/http_client.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace outrigger::test {

namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

}  // namespace

size_t ContentLengthOf(std::string_view head) {
  const std::string lower = Lower(head);
  const size_t at = lower.find("\ncontent-length:");
  return at == lower.npos ? 0 : std::strtoul(lower.c_str() + at + 16, nullptr, 10);
}

HttpClient::~HttpClient() { Close(); }

void HttpClient::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

bool HttpClient::Connect() {
  if (fd_ >= 0) return true;
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const timeval limit{20, 0};  // a hung test ends with a reason instead of the runner's time-out
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    Fail(std::string("connect: ") + strerror(errno));
    return false;
  }
  ++connections_;
  return true;
}

std::optional<Answer> HttpClient::Fail(std::string why) {
  failure_ = std::move(why);
  Close();
  return std::nullopt;
}

bool HttpClient::ReadMore(std::string& received) {
  char piece[16 * 1024];
  const ssize_t count = recv(fd_, piece, sizeof piece, 0);
  if (count <= 0) {
    Fail(count == 0 ? "connection closed early" : std::string("recv: ") + strerror(errno));
    return false;
  }
  received.append(piece, static_cast<size_t>(count));
  return true;
}

std::optional<Answer> HttpClient::Get(const std::string& path, const std::string& host) {
  return Send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
}

std::optional<Answer> HttpClient::Send(const std::string& request_bytes) {
  if (!Connect()) return std::nullopt;
  if (send(fd_, request_bytes.data(), request_bytes.size(), MSG_NOSIGNAL) < 0) {
    return Fail(std::string("send: ") + strerror(errno));
  }
  std::string received;
  size_t end = 0;
  while ((end = received.find("\r\n\r\n")) == received.npos) {
    if (!ReadMore(received)) return std::nullopt;
  }
  Answer answer;
  answer.head = received.substr(0, end + 2);
  answer.status = std::atoi(received.c_str() + 9);
  received.erase(0, end + 4);
  const std::string lower = Lower(answer.head);
  if (lower.find("transfer-encoding: chunked") != lower.npos) {
    if (!ReadChunked(received, answer)) return std::nullopt;
  } else {
    const size_t length = ContentLengthOf(answer.head);
    while (received.size() < length) {
      if (!ReadMore(received)) return std::nullopt;
    }
    answer.body = received.substr(0, length);
    if (received.size() > length) return Fail("bytes after the response");
  }
  if (lower.find("connection: close") != lower.npos) Close();
  return answer;
}

bool HttpClient::ReadChunked(std::string& received, Answer& answer) {
  while (true) {
    size_t line = 0;
    while ((line = received.find("\r\n")) == received.npos) {
      if (!ReadMore(received)) return false;
    }
    const size_t size = std::strtoul(received.c_str(), nullptr, 16);
    while (received.size() < line + 2 + size + 2) {
      if (!ReadMore(received)) return false;
    }
    answer.body.append(received, line + 2, size);
    received.erase(0, line + 2 + size + 2);
    if (size == 0) return true;
  }
}

}  // namespace outrigger::test
