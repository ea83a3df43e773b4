// Seam: sockets. Everything the proxy asks of the kernel about a descriptor that carries bytes, so
// that tests can inject EMFILE, resets, short writes and partial reads.
//
// All calls are non-blocking; results follow the system calls: a count or descriptor, or -errno.
//
// Thread: any (the system implementation is stateless).
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/address.h"

namespace outrigger {

// STYLE: 14 methods, one for each system call; a narrower seam would hide some from the tests.
class Sockets {
 public:
  virtual ~Sockets() = default;

  // SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC of the address's family.
  virtual int Open(const Address& address) = 0;
  virtual int Bind(int fd, const Address& address) = 0;
  virtual int Listen(int fd, int backlog) = 0;
  // Fills `peer`. TCP_NODELAY is set on what it returns: inherited, as Open has set it.
  virtual int Accept(int listen_fd, Address& peer) = 0;
  // 0 when connected at once, -EINPROGRESS when under way.
  virtual int Connect(int fd, const Address& address) = 0;
  virtual int SetOption(int fd, int level, int name, std::string_view value) = 0;
  int SetNumberOption(int fd, int level, int name, int value) {
    return SetOption(fd, level, name, {reinterpret_cast<const char*>(&value), sizeof value});
  }
  // The pending error of a socket (SO_ERROR), as a positive errno; 0 for none.
  virtual int TakeError(int fd) = 0;
  virtual ssize_t Read(int fd, char* into, size_t size) = 0;
  virtual ssize_t Write(int fd, const iovec* pieces, int count) = 0;  // MSG_NOSIGNAL
  virtual int ShutdownWrite(int fd) = 0;
  // Closing will send RST and drop what is queued.
  virtual void SetResetOnClose(int fd) = 0;
  virtual void Close(int fd) = 0;
  virtual Address LocalAddress(int fd) = 0;
  // How many bytes the peer's kernel has acknowledged, perhaps one more (a SYN counts), also after
  // the connection's end. -errno where there is no such count (Unix sockets).
  virtual int64_t AcknowledgedBytes(int fd) = 0;
};

class SystemSockets final : public Sockets {
 public:
  int Open(const Address& address) override;
  int Bind(int fd, const Address& address) override;
  int Listen(int fd, int backlog) override;
  int Accept(int listen_fd, Address& peer) override;
  int Connect(int fd, const Address& address) override;
  int SetOption(int fd, int level, int name, std::string_view value) override;
  int TakeError(int fd) override;
  ssize_t Read(int fd, char* into, size_t size) override;
  ssize_t Write(int fd, const iovec* pieces, int count) override;
  int ShutdownWrite(int fd) override;
  void SetResetOnClose(int fd) override;
  void Close(int fd) override;
  Address LocalAddress(int fd) override;
  int64_t AcknowledgedBytes(int fd) override;
};

}  // namespace outrigger
