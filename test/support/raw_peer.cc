#include "test/support/raw_peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "test/support/http_client.h"

namespace outrigger::test {

namespace {

sockaddr_in Loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

bool WaitFor(int fd, short events) {
  pollfd entry{fd, events, 0};
  return poll(&entry, 1, static_cast<int>(std::chrono::milliseconds(RawPeer::kWaitMax).count())) >
         0;
}

}  // namespace

RawPeer::RawPeer(int fd) : fd_(fd) {
  // What a test sends is there at once, however small it is.
  const int on = 1;
  if (fd_ >= 0) setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

RawPeer& RawPeer::operator=(RawPeer&& other) noexcept {
  Close();
  fd_ = std::exchange(other.fd_, -1);
  pending_ = std::move(other.pending_);
  has_ended_ = other.has_ended_;
  was_reset_ = other.was_reset_;
  return *this;
}

RawPeer RawPeer::ConnectTo(uint16_t port, const std::string& host) {
  RawPeer peer(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = Loopback(port);
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) std::abort();
  const int on = 1;  // small pieces leave at once
  setsockopt(peer.fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (connect(peer.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    peer.Close();
  }
  return peer;
}

size_t RawPeer::SendSome(std::string_view bytes) {
  const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent < 0 ? 0 : static_cast<size_t>(sent);
}

bool RawPeer::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!WaitFor(fd_, POLLOUT)) return false;
    const size_t sent = SendSome(bytes);
    if (sent == 0) return false;
    bytes.remove_prefix(sent);
  }
  return true;
}

bool RawPeer::ReadMore() {
  if (fd_ < 0 || has_ended_ || !WaitFor(fd_, POLLIN)) return false;
  char piece[16 * 1024];
  const ssize_t count = recv(fd_, piece, sizeof piece, 0);
  has_ended_ = count <= 0;
  was_reset_ = count < 0 && errno == ECONNRESET;
  if (count > 0) pending_.append(piece, static_cast<size_t>(count));
  return count > 0;
}

std::string RawPeer::Take(size_t count) {
  std::string taken = pending_.substr(0, count);
  pending_.erase(0, count);
  return taken;
}

std::string RawPeer::ReadUntil(std::string_view end) {
  size_t at = 0;
  while ((at = pending_.find(end)) == std::string::npos) {
    if (!ReadMore()) return Take(pending_.size());
  }
  return Take(at + end.size());
}

std::string RawPeer::ReadBytes(size_t count) {
  while (pending_.size() < count && ReadMore()) {
  }
  return Take(count);
}

std::string RawPeer::ReadToEnd() {
  while (ReadMore()) {
  }
  return Take(pending_.size());
}

std::string RawPeer::ReadMessage() {
  std::string message = ReadUntil("\r\n\r\n");
  return message + ReadBytes(ContentLengthOf(message));
}

bool RawPeer::HasEnded() {
  if (!pending_.empty()) return false;
  return !ReadMore() && has_ended_;
}

void RawPeer::ShutdownWrite() { shutdown(fd_, SHUT_WR); }

void RawPeer::Close() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

void RawPeer::Reset() {
  const linger now{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  Close();
}

RawListener::RawListener() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  if (bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || listen(fd_, 128) != 0 ||
      getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::abort();
  }
  port_ = ntohs(address.sin_port);
}

RawListener::~RawListener() { close(fd_); }

RawPeer RawListener::Accept() {
  if (!WaitFor(fd_, POLLIN)) return RawPeer();
  return RawPeer(accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC));
}

}  // namespace outrigger::test
