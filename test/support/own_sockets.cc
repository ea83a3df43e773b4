#include "test/support/own_sockets.h"

#include <sys/socket.h>

#include "net/address.h"

namespace outrigger::test {

namespace {

constexpr int kDescriptorsMax = 4096;  // tests have far fewer

using AskName = int (*)(int, sockaddr*, socklen_t*);

uint16_t PortOf(AskName ask, int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (ask(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  return Address::FromSockaddr(reinterpret_cast<sockaddr*>(&storage), size).port();
}

std::vector<int> SocketsWith(AskName ask, uint16_t port, bool is_listening) {
  std::vector<int> found;
  for (int fd = 0; fd < kDescriptorsMax; ++fd) {
    if (PortOf(ask, fd) != port) continue;
    if ((SocketOptionOf(fd, SOL_SOCKET, SO_ACCEPTCONN) == 1) == is_listening) found.push_back(fd);
  }
  return found;
}

}  // namespace

std::vector<int> SocketsConnectedTo(uint16_t port) { return SocketsWith(getpeername, port, false); }

std::vector<int> SocketsListeningOn(uint16_t port) { return SocketsWith(getsockname, port, true); }

int SocketOptionOf(int fd, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
}

}  // namespace outrigger::test
