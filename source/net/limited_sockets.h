// Sockets of which only so many may be open, so that descriptors are left for whatever else the
// process needs (R75): accepting and opening fail with kOverLimit beyond that, as they do when the
// kernel has none left, and whoever can live with that lives with this. Clients may take no more
// than nine tenths: who was let in is to reach a service, too.
//
// Owned by the server, which gives it to the workers: listening sockets, the admin port and the
// link to the control plane are not counted. Thread: any.
#pragma once

#include <cerrno>

#include "net/connection_limit.h"
#include "net/socket.h"

namespace outrigger {

// STYLE: 14 methods, as Sockets.
class LimitedSockets final : public Sockets {
 public:
  // No call of the kernel's on sockets fails with it.
  static constexpr int kOverLimit = EUSERS;

  // Both outlive it.
  LimitedSockets(Sockets& sockets, ConnectionLimit& limit) : sockets_(sockets), limit_(limit) {}

  int Open(const Address& address) override;
  int Accept(int listen_fd, Address& peer) override;
  // Requires: `fd` was opened or accepted here.
  void Close(int fd) override;

  int Bind(int fd, const Address& address) override { return sockets_.Bind(fd, address); }
  int Listen(int fd, int backlog) override { return sockets_.Listen(fd, backlog); }
  int Connect(int fd, const Address& address) override { return sockets_.Connect(fd, address); }
  int SetOption(int fd, int level, int name, std::string_view value) override {
    return sockets_.SetOption(fd, level, name, value);
  }
  int TakeError(int fd) override { return sockets_.TakeError(fd); }
  ssize_t Read(int fd, char* into, size_t size) override { return sockets_.Read(fd, into, size); }
  ssize_t Write(int fd, const iovec* pieces, int count) override {
    return sockets_.Write(fd, pieces, count);
  }
  int ShutdownWrite(int fd) override { return sockets_.ShutdownWrite(fd); }
  void SetResetOnClose(int fd) override { sockets_.SetResetOnClose(fd); }
  Address LocalAddress(int fd) override { return sockets_.LocalAddress(fd); }
  int64_t AcknowledgedBytes(int fd) override { return sockets_.AcknowledgedBytes(fd); }

 private:
  // `fd` or the error, and what was taken for it.
  int Keep(int fd);

  Sockets& sockets_;
  ConnectionLimit& limit_;
};

}  // namespace outrigger
