// TLS on a socket, by BoringSSL.
//
// The library never touches the socket: it reads records from what one large read brought, and its
// own are gathered and written at once. While nothing is under way no buffer is held.
//
// Thread: the connection's loop. Source: RFC 8446, RFC 5246.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string_view>

#include "base/byte_buffer.h"
#include "net/socket.h"
#include "net/transport.h"

namespace outrigger {

class TlsTransport final : public Transport {
 public:
  // Bytes encrypted by one Write, and read from the socket at once.
  static constexpr size_t kWriteBytesMax = 32 * 1024;
  static constexpr size_t kReadBytes = 32 * 1024;

  TlsTransport(Sockets& sockets, SlabPool& slabs, int fd, bssl::UniquePtr<SSL> ssl);

  int Handshake() override;
  ssize_t Read(char* into, size_t size) override;
  ssize_t Write(const iovec* pieces, int count) override;
  int Flush() override;
  int SayEnd() override;
  bool has_more_to_tell() const override { return has_more_to_tell_; }
  bool has_queued() const override { return !outgoing_.empty(); }
  uint64_t wire_bytes_written() const override { return written_ + outgoing_.size(); }
  TransportAgreement agreement() const override;
  const PeerCertificate* peer_certificate() const override;
  const TransportFailure& failure() const override { return failure_; }

 private:
  static const BIO_METHOD* Method();
  static int ReadRecordBytes(BIO* bio, char* into, int size);
  static int QueueRecordBytes(BIO* bio, const char* bytes, int size);
  static long Control(BIO* bio, int command, long number, void* pointer);

  // More ciphertext from the socket into `buffer`: how many bytes, 0 at the end, -errno.
  ssize_t Fetch(char* buffer, size_t size);
  void KeepUnread();
  bool is_drained() const;
  ssize_t WriteSome(std::string_view bytes);
  int Fail(int ssl_error);

  Sockets& sockets_;
  const int fd_;
  const bssl::UniquePtr<SSL> ssl_;
  std::string_view fresh_;  // ciphertext of the read under way
  ByteBuffer unread_;       // ciphertext that a former one left
  ByteBuffer outgoing_;
  uint64_t written_ = 0;
  TransportFailure failure_;
  mutable std::unique_ptr<const PeerCertificate> peer_;  // null: nobody has asked, or there is none
  bool has_more_to_tell_ = false;
  bool said_end_ = false;
};

}  // namespace outrigger
