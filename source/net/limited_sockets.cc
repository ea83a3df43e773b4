#include "net/limited_sockets.h"

namespace outrigger {

int LimitedSockets::Keep(int fd) {
  if (fd < 0) limit_.Release();
  return fd;
}

int LimitedSockets::Open(const Address& address) {
  if (!limit_.TryTake()) return -kOverLimit;
  return Keep(sockets_.Open(address));
}

int LimitedSockets::Accept(int listen_fd, Address& peer) {
  // Before the kernel is asked: who waits in its queue may be served later, by us or by another.
  if (!limit_.TryTake(limit_.max() / 10)) return -kOverLimit;
  return Keep(sockets_.Accept(listen_fd, peer));
}

void LimitedSockets::Close(int fd) {
  sockets_.Close(fd);
  limit_.Release();
}

}  // namespace outrigger
