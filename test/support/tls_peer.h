// One end of a TLS connection in the test's hand: a client of the proxy, or a service behind it. It
// uses BoringSSL its own way and shares no code with the proxy.
//
// Waits give up after RawPeer::kWaitMax; what goes wrong is an empty or short result, and
// failure().
//
// Thread: one (each thread its own).
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "test/support/certificates.h"
#include "test/support/raw_peer.h"

namespace outrigger::test {

struct TlsPeerOptions {
  std::optional<Identity> identity = {};   // a service needs one
  std::string trusted_pem = {};            // empty: anyone
  bool requires_certificate = false;       // of clients
  std::string server_name = {};            // a client's SNI
  std::string application_protocols = {};  // RFC 7301 wire form: "\x02h2"
  int version_min = TLS1_2_VERSION;
  int version_max = TLS1_3_VERSION;
};

class TlsPeer {
 public:
  // Connected as a client, the handshake done or failed.
  static TlsPeer ConnectTo(uint16_t port, const TlsPeerOptions& options = {});
  // The next connection that a client makes, as above.
  static TlsPeer AcceptFrom(RawListener& listener, const TlsPeerOptions& options);

  bool is_connected() const { return is_connected_; }
  const std::string& failure() const { return failure_; }
  std::string application_protocol() const;
  // SNI, at a service.
  std::string server_name() const;
  std::string version() const;
  std::string cipher() const;
  // The other side would let us resume this session.
  bool has_session() const { return SSL_SESSION_is_resumable(SSL_get_session(ssl_.get())) != 0; }

  bool Send(std::string_view bytes);
  std::string ReadUntil(std::string_view end);
  std::string ReadBytes(size_t count);
  std::string ReadMessage();
  // Until the other side has ended; has_said_end() tells whether it said so.
  std::string ReadToEnd();
  bool has_said_end() const { return has_said_end_; }
  // Says close_notify.
  void SayEnd();
  // FIN without a word of TLS.
  void Close() { socket_.Close(); }
  RawPeer& socket() { return socket_; }

 private:
  TlsPeer(RawPeer socket, const TlsPeerOptions& options, bool is_service);
  void Handshake();
  bool ReadMore();

  RawPeer socket_;
  bssl::UniquePtr<SSL_CTX> context_;
  bssl::UniquePtr<SSL> ssl_;
  std::string pending_;
  std::string failure_;
  bool is_connected_ = false;
  bool has_said_end_ = false;
};

}  // namespace outrigger::test
