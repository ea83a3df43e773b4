#include "net/tls_transport.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "net/tls_certificates.h"
#include "net/tls_verification.h"

namespace outrigger {

namespace {

constexpr int kPiecesMax = 16;
constexpr size_t kRecordBytesMax = SSL3_RT_MAX_PLAIN_LENGTH;

}  // namespace

TlsTransport::TlsTransport(Sockets& sockets, SlabPool& slabs, int fd, bssl::UniquePtr<SSL> ssl)
    : sockets_(sockets), fd_(fd), ssl_(std::move(ssl)), unread_(slabs), outgoing_(slabs) {
  BIO* bio = BIO_new(Method());
  OUTRIGGER_CHECK(bio != nullptr);
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);  // takes it
}

// Never freed: one for the process.
const BIO_METHOD* TlsTransport::Method() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "records");
    OUTRIGGER_CHECK(method != nullptr);
    BIO_meth_set_read(method, ReadRecordBytes);
    BIO_meth_set_write(method, QueueRecordBytes);
    BIO_meth_set_ctrl(method, Control);
    return method;
  }();
  return kMethod;
}

int TlsTransport::ReadRecordBytes(BIO* bio, char* into, int size) {
  auto& self = *static_cast<TlsTransport*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const bool is_kept = !self.unread_.empty();
  const std::string_view source = is_kept ? self.unread_.Front() : self.fresh_;
  const size_t count = std::min(source.size(), static_cast<size_t>(size));
  if (count == 0) {
    BIO_set_retry_read(bio);
    return -1;
  }
  std::memcpy(into, source.data(), count);
  if (is_kept) {
    self.unread_.Consume(count);
  } else {
    self.fresh_.remove_prefix(count);
  }
  return static_cast<int>(count);
}

int TlsTransport::QueueRecordBytes(BIO* bio, const char* bytes, int size) {
  auto& self = *static_cast<TlsTransport*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  self.outgoing_.Append({bytes, static_cast<size_t>(size)});
  return size;
}

long TlsTransport::Control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;  // Flush of ours comes later
}

ssize_t TlsTransport::Fetch(char* buffer, size_t size) {
  ssize_t count = 0;
  do {
    count = sockets_.Read(fd_, buffer, size);
  } while (count == -EINTR);
  if (count > 0) fresh_ = {buffer, static_cast<size_t>(count)};
  return count;
}

// What the library did not ask for yet outlives the buffer that it lies in.
void TlsTransport::KeepUnread() {
  if (!fresh_.empty()) unread_.Append(std::exchange(fresh_, {}));
}

// The library itself clears former errors of the thread wherever SSL_get_error is asked afterwards.
int TlsTransport::Handshake() {
  char buffer[kReadBytes];
  while (true) {
    const int result = SSL_do_handshake(ssl_.get());
    const int error = result == 1 ? 0 : SSL_get_error(ssl_.get(), result);
    const int flushed = Flush();  // an alert, too
    if (result == 1) {
      KeepUnread();
      return flushed == -EAGAIN ? 0 : flushed;
    }
    if (error != SSL_ERROR_WANT_READ) return Fail(error);
    if (flushed != 0) return flushed;
    const ssize_t count = Fetch(buffer, sizeof buffer);
    if (count < 0) return static_cast<int>(count);
    if (count == 0) {
      failure_ = {TransportFailure::Kind::kProtocol, "the peer closed within the handshake"};
      return -EPROTO;
    }
  }
}

// Nothing that the library could make bytes of: asking it would be for nothing.
bool TlsTransport::is_drained() const {
  return fresh_.empty() && unread_.empty() && SSL_has_pending(ssl_.get()) == 0;
}

ssize_t TlsTransport::Read(char* into, size_t size) {
  char buffer[kReadBytes];
  size_t total = 0;
  ssize_t end = -EAGAIN;  // why nothing more came
  bool is_socket_empty = false;
  bool needs_more = is_drained() && !has_more_to_tell_;
  while (total < size) {
    if (needs_more) {
      // A short read proves the socket empty (T6), unless it brought nothing to tell of.
      if (is_socket_empty && total > 0) break;
      end = Fetch(buffer, sizeof buffer);
      // The peer's side ended, and TLS does not say that it was meant to: bytes may be missing.
      if (end == 0) end = -EPIPE;
      if (end < 0) break;
      is_socket_empty = static_cast<size_t>(end) < sizeof buffer;
      end = -EAGAIN;
    }
    const int count = SSL_read(ssl_.get(), into + total, static_cast<int>(size - total));
    if (count > 0) {
      total += static_cast<size_t>(count);
      needs_more = is_drained();
      continue;
    }
    const int error = SSL_get_error(ssl_.get(), count);
    if (error != SSL_ERROR_WANT_READ) {
      end = error == SSL_ERROR_ZERO_RETURN ? 0 : Fail(error);
      break;
    }
    needs_more = true;
  }
  KeepUnread();
  // What reading made us say (a key update, an alert); an error is found by whoever writes next.
  if (!outgoing_.empty()) static_cast<void>(Flush());
  has_more_to_tell_ = total > 0 && end != -EAGAIN;
  return total > 0 ? static_cast<ssize_t>(total) : end;
}

ssize_t TlsTransport::WriteSome(std::string_view bytes) {
  const int count = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  if (count > 0) return count;
  return Fail(SSL_get_error(ssl_.get(), count));
}

// Small pieces share a record.
ssize_t TlsTransport::Write(const iovec* pieces, int count) {
  if (const int flushed = Flush(); flushed != 0) return flushed;
  char together[kRecordBytesMax];
  size_t total = 0;
  int next = 0;
  while (next < count && total < kWriteBytesMax) {
    std::string_view record(static_cast<const char*>(pieces[next].iov_base), pieces[next].iov_len);
    ++next;
    if (next < count && record.size() + pieces[next].iov_len <= kRecordBytesMax) {
      size_t size = record.copy(together, record.size());
      for (; next < count && size + pieces[next].iov_len <= kRecordBytesMax; ++next) {
        std::memcpy(together + size, pieces[next].iov_base, pieces[next].iov_len);
        size += pieces[next].iov_len;
      }
      record = {together, size};
    }
    while (!record.empty()) {
      const ssize_t written = WriteSome(record);
      if (written < 0) return written;
      total += static_cast<size_t>(written);
      record.remove_prefix(static_cast<size_t>(written));
    }
  }
  const int flushed = Flush();
  if (flushed != 0 && flushed != -EAGAIN) return flushed;
  return static_cast<ssize_t>(total);
}

int TlsTransport::Flush() {
  while (!outgoing_.empty()) {
    iovec pieces[kPiecesMax];
    const int count = outgoing_.FillIovec(pieces, kPiecesMax);
    const ssize_t written = sockets_.Write(fd_, pieces, count);
    if (written == -EINTR) continue;
    if (written < 0) return static_cast<int>(written);
    written_ += static_cast<uint64_t>(written);
    outgoing_.Consume(static_cast<size_t>(written));
  }
  return 0;
}

int TlsTransport::SayEnd() {
  // Only who has agreed on a protocol can end it in its own words.
  if (!std::exchange(said_end_, true) && SSL_is_init_finished(ssl_.get()) == 1 &&
      failure_.kind == TransportFailure::Kind::kNone) {
    static_cast<void>(SSL_shutdown(ssl_.get()));  // queues close_notify; the peer's is not awaited
  }
  return Flush();
}

TransportAgreement TlsTransport::agreement() const {
  TransportAgreement agreed;
  const uint8_t* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &protocol, &size);
  agreed.application_protocol = {reinterpret_cast<const char*>(protocol), size};
  const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  if (name != nullptr) agreed.server_name = name;
  // Before the handshake is over there is no cipher, and the version is a guess.
  const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl_.get());
  if (cipher == nullptr) return agreed;
  agreed.version = SSL_get_version(ssl_.get());
  agreed.cipher = SSL_CIPHER_get_name(cipher);
  agreed.suite = SSL_CIPHER_get_protocol_id(cipher);
  return agreed;
}

const PeerCertificate* TlsTransport::peer_certificate() const {
  if (peer_ != nullptr) return peer_.get();
  const bssl::UniquePtr<X509> shown(SSL_get_peer_certificate(ssl_.get()));
  if (shown == nullptr) return nullptr;
  peer_ = std::make_unique<const PeerCertificate>(ReadPeerCertificate(*shown));
  return peer_.get();
}

int TlsTransport::Fail(int ssl_error) {
  fresh_ = {};
  if (failure_.kind != TransportFailure::Kind::kNone) return -EPROTO;
  using Kind = TransportFailure::Kind;
  const uint32_t error = ERR_peek_last_error();  // those before it are what led to it
  const long verified = SSL_get_verify_result(ssl_.get());
  if (ssl_error == SSL_ERROR_SSL && ERR_GET_REASON(error) == SSL_R_CERTIFICATE_VERIFY_FAILED) {
    failure_ = verified == kWrongName
                   ? TransportFailure{Kind::kName, "the certificate has another name"}
                   : TransportFailure{Kind::kUntrusted, X509_verify_cert_error_string(verified)};
    ERR_clear_error();
    return -EPROTO;
  }
  const bool has_none = ssl_error == SSL_ERROR_SSL &&
                        ERR_GET_REASON(error) == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE;
  failure_ = {has_none ? Kind::kNoCertificate : Kind::kProtocol, TakeTlsError()};
  return -EPROTO;
}

}  // namespace outrigger
