#include "test/support/tls_peer.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <utility>

#include "base/check.h"
#include "test/support/http_client.h"

namespace outrigger::test {

namespace {

bssl::UniquePtr<BIO> Reader(const std::string& text) {
  return bssl::UniquePtr<BIO>(BIO_new_mem_buf(text.data(), static_cast<ossl_ssize_t>(text.size())));
}

void Show(SSL_CTX& context, const Identity& identity) {
  const bssl::UniquePtr<X509> leaf(
      PEM_read_bio_X509(Reader(identity.chain_pem).get(), nullptr, nullptr, nullptr));
  const bssl::UniquePtr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(Reader(identity.key_pem).get(), nullptr, nullptr, nullptr));
  OUTRIGGER_CHECK(SSL_CTX_use_certificate(&context, leaf.get()) == 1);
  OUTRIGGER_CHECK(SSL_CTX_use_PrivateKey(&context, key.get()) == 1);
}

void Trust(SSL_CTX& context, const TlsPeerOptions& options) {
  const bssl::UniquePtr<X509> anchor(
      PEM_read_bio_X509(Reader(options.trusted_pem).get(), nullptr, nullptr, nullptr));
  OUTRIGGER_CHECK(X509_STORE_add_cert(SSL_CTX_get_cert_store(&context), anchor.get()) == 1);
  SSL_CTX_set_verify(
      &context,
      SSL_VERIFY_PEER | (options.requires_certificate ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
      nullptr);
}

// BoringSSL reads the descriptor itself, blocking.
void LimitWaits(int fd) {
  const timeval wait{RawPeer::kWaitMax.count(), 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
}

int TakeFirst(SSL*, const uint8_t** chosen, uint8_t* size, const uint8_t* offered, unsigned count,
              void* wanted) {
  const auto& ours = *static_cast<const std::string*>(wanted);
  uint8_t* found = nullptr;
  const int result =
      SSL_select_next_proto(&found, size, reinterpret_cast<const uint8_t*>(ours.data()),
                            static_cast<unsigned>(ours.size()), offered, count);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

TlsPeer::TlsPeer(RawPeer socket, const TlsPeerOptions& options, bool is_service)
    : socket_(std::move(socket)), context_(SSL_CTX_new(TLS_method())) {
  SSL_CTX_set_min_proto_version(context_.get(), static_cast<uint16_t>(options.version_min));
  SSL_CTX_set_max_proto_version(context_.get(), static_cast<uint16_t>(options.version_max));
  if (options.identity.has_value()) Show(*context_, *options.identity);
  if (!options.trusted_pem.empty()) Trust(*context_, options);
  ssl_.reset(SSL_new(context_.get()));
  LimitWaits(socket_.fd());
  SSL_set_fd(ssl_.get(), socket_.fd());
  const std::string& protocols = options.application_protocols;
  if (is_service) {
    SSL_set_accept_state(ssl_.get());
    // The handshake is over before the options go.
    if (!protocols.empty()) {
      SSL_CTX_set_alpn_select_cb(context_.get(), TakeFirst, const_cast<std::string*>(&protocols));
    }
  } else {
    SSL_set_connect_state(ssl_.get());
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const uint8_t*>(protocols.data()),
                        protocols.size());
    if (!options.server_name.empty()) {
      SSL_set_tlsext_host_name(ssl_.get(), options.server_name.c_str());
    }
  }
  Handshake();
}

TlsPeer TlsPeer::ConnectTo(uint16_t port, const TlsPeerOptions& options) {
  return {RawPeer::ConnectTo(port), options, /*is_service=*/false};
}

TlsPeer TlsPeer::AcceptFrom(RawListener& listener, const TlsPeerOptions& options) {
  return {listener.Accept(), options, /*is_service=*/true};
}

void TlsPeer::Handshake() {
  is_connected_ = socket_.is_connected() && SSL_do_handshake(ssl_.get()) == 1;
  if (!is_connected_) failure_ = ERR_error_string(ERR_get_error(), nullptr);
  ERR_clear_error();
}

std::string TlsPeer::application_protocol() const {
  const uint8_t* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string TlsPeer::server_name() const {
  const char* name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

std::string TlsPeer::version() const { return SSL_get_version(ssl_.get()); }

std::string TlsPeer::cipher() const {
  return SSL_CIPHER_standard_name(SSL_get_current_cipher(ssl_.get()));
}

bool TlsPeer::Send(std::string_view bytes) {
  const bool is_sent = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())) ==
                       static_cast<int>(bytes.size());
  ERR_clear_error();
  return is_sent;
}

bool TlsPeer::ReadMore() {
  char buffer[16 * 1024];
  const int count = SSL_read(ssl_.get(), buffer, sizeof buffer);
  if (count > 0) {
    pending_.append(buffer, static_cast<size_t>(count));
    return true;
  }
  has_said_end_ = SSL_get_error(ssl_.get(), count) == SSL_ERROR_ZERO_RETURN;
  if (!has_said_end_ && failure_.empty()) {
    failure_ = ERR_error_string(ERR_get_error(), nullptr);
  }
  ERR_clear_error();
  return false;
}

std::string TlsPeer::ReadUntil(std::string_view end) {
  while (pending_.find(end) == std::string::npos && ReadMore()) {
  }
  const size_t found = pending_.find(end);
  return ReadBytes(found == std::string::npos ? pending_.size() : found + end.size());
}

std::string TlsPeer::ReadBytes(size_t count) {
  while (pending_.size() < count && ReadMore()) {
  }
  std::string taken = pending_.substr(0, count);
  pending_.erase(0, count);
  return taken;
}

std::string TlsPeer::ReadMessage() {
  const std::string head = ReadUntil("\r\n\r\n");
  return head + ReadBytes(ContentLengthOf(head));
}

std::string TlsPeer::ReadToEnd() {
  while (ReadMore()) {
  }
  return std::exchange(pending_, {});
}

void TlsPeer::SayEnd() {
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

}  // namespace outrigger::test
