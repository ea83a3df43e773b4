#include "net/socket.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace outrigger {

namespace {

int OrErrno(int result) { return result < 0 ? -errno : result; }

void SetNoDelay(int fd, sa_family_t family) {
  if (family != AF_INET && family != AF_INET6) return;
  const int on = 1;
  // Fails only on a socket that is dying; the next read tells.
  static_cast<void>(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
}

}  // namespace

int SystemSockets::Open(const Address& address) {
  const int fd = socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  SetNoDelay(fd, address.family());
  return fd;
}

int SystemSockets::Bind(int fd, const Address& address) {
  return OrErrno(bind(fd, address.data(), address.size()));
}

int SystemSockets::Listen(int fd, int backlog) { return OrErrno(listen(fd, backlog)); }

int SystemSockets::Accept(int listen_fd, Address& peer) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  const int fd = accept4(listen_fd, reinterpret_cast<sockaddr*>(&storage), &length,
                         SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return -errno;
  peer = Address::FromSockaddr(reinterpret_cast<sockaddr*>(&storage), length);
  return fd;
}

int SystemSockets::Connect(int fd, const Address& address) {
  return OrErrno(connect(fd, address.data(), address.size()));
}

int SystemSockets::SetOption(int fd, int level, int name, std::string_view value) {
  return OrErrno(setsockopt(fd, level, name, value.data(), static_cast<socklen_t>(value.size())));
}

int SystemSockets::TakeError(int fd) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return errno;
  return error;
}

ssize_t SystemSockets::Read(int fd, char* into, size_t size) {
  const ssize_t count = recv(fd, into, size, 0);
  return count < 0 ? -errno : count;
}

ssize_t SystemSockets::Write(int fd, const iovec* pieces, int count) {
  if (count == 1) {
    const ssize_t sent = send(fd, pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
  }
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces);
  message.msg_iovlen = static_cast<size_t>(count);
  const ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL);
  return sent < 0 ? -errno : sent;
}

int SystemSockets::ShutdownWrite(int fd) { return OrErrno(shutdown(fd, SHUT_WR)); }

void SystemSockets::SetResetOnClose(int fd) {
  const linger now{1, 0};
  static_cast<void>(setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now));
}

void SystemSockets::Close(int fd) { close(fd); }

Address SystemSockets::LocalAddress(int fd) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length) < 0) return {};
  return Address::FromSockaddr(reinterpret_cast<sockaddr*>(&storage), length);
}

int64_t SystemSockets::AcknowledgedBytes(int fd) {
  tcp_info state{};
  socklen_t length = sizeof state;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &state, &length) < 0) return -errno;
  return static_cast<int64_t>(state.tcpi_bytes_acked);
}

}  // namespace outrigger
