// A transport that adds nothing: the socket itself.
//
// Thread: the connection's loop.
#pragma once

#include "net/socket.h"
#include "net/transport.h"

namespace outrigger {

class PlainTransport final : public Transport {
 public:
  PlainTransport(Sockets& sockets, int fd) : sockets_(sockets), fd_(fd) {}

  int Handshake() override { return 0; }
  ssize_t Read(char* into, size_t size) override { return sockets_.Read(fd_, into, size); }
  ssize_t Write(const iovec* pieces, int count) override {
    const ssize_t written = sockets_.Write(fd_, pieces, count);
    if (written > 0) written_ += static_cast<uint64_t>(written);
    return written;
  }
  int Flush() override { return 0; }
  int SayEnd() override { return 0; }
  bool has_more_to_tell() const override { return false; }
  bool has_queued() const override { return false; }
  uint64_t wire_bytes_written() const override { return written_; }
  TransportAgreement agreement() const override { return {}; }
  const PeerCertificate* peer_certificate() const override { return nullptr; }
  const TransportFailure& failure() const override { return never_; }

 private:
  Sockets& sockets_;
  const int fd_;
  const TransportFailure never_;
  uint64_t written_ = 0;
};

}  // namespace outrigger
