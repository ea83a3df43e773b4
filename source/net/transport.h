// What the bytes of a connection pass through between its buffers and its socket: nothing
// (plain_transport), or TLS (tls_transport).
//
// Owned by its Connection, which owns the descriptor and outlives it. Calls never block and follow
// the system calls: a count, or -errno; -EAGAIN: again when the socket is ready.
//
// Thread: the connection's loop.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace outrigger {

// What the two sides have agreed on. Views of the transport, but for version and cipher, which are
// constants.
struct TransportAgreement {
  std::string_view application_protocol;  // by ALPN (RFC 7301)
  std::string_view server_name;           // that the client asked for (SNI, RFC 6066)
  std::string_view version;               // "TLSv1.3"
  std::string_view cipher;                // "TLS_AES_128_GCM_SHA256"
  uint16_t suite = 0;                     // the same by its number (RFC 8446 B.4)
};

struct TransportFailure {
  enum class Kind : uint8_t {
    kNone,
    kProtocol,       // the peer does not speak it, or said that it will not go on
    kNoCertificate,  // the peer showed none
    kUntrusted,      // its certificate does not lead to what we trust
    kName,           // it does, and is not whom we want
  };
  Kind kind = Kind::kNone;
  std::string reason;  // for people
};

// Whom a peer's certificate is for, as it says itself; checked before, or nothing was asked for.
struct PeerCertificate {
  std::vector<std::string> uris;          // subject alternative names
  std::vector<std::string> dns_names;     // likewise
  std::vector<std::string> ip_addresses;  // likewise
  std::string subject;                    // RFC 2253: "CN=a,O=b"
  std::string issuer;                     // likewise
  std::string serial_number;              // hexadecimal, in small letters
  std::string sha256;                     // of the whole certificate; likewise
};

class Transport {
 public:
  virtual ~Transport() = default;

  // What has to be agreed on before bytes pass: 0 once it is, -EAGAIN, or -errno when it has
  // failed (EPROTO: failure() says how).
  virtual int Handshake() = 0;
  // 0: the peer has ended its side and meant to. A count below `size` means that nothing more was
  // there, unless has_more_to_tell().
  virtual ssize_t Read(char* into, size_t size) = 0;
  // Takes bytes from the front of the pieces; not all that was taken need have left yet.
  virtual ssize_t Write(const iovec* pieces, int count) = 0;
  // Writes what was taken and has not left: 0 when nothing is left, -EAGAIN or -errno.
  virtual int Flush() = 0;
  // Tells the peer, within the transport's own protocol, that no more will come. As Flush.
  virtual int SayEnd() = 0;

  // The last Read found an end or an error behind what it returned.
  virtual bool has_more_to_tell() const = 0;
  // What was taken and has not left.
  virtual bool has_queued() const = 0;
  // Bytes given to the socket and queued for it, those of the transport's own among them.
  virtual uint64_t wire_bytes_written() const = 0;
  // Empty is what nobody has asked for, or nothing was agreed on.
  virtual TransportAgreement agreement() const = 0;
  // Null: the peer has shown none. Read when it is first asked for.
  virtual const PeerCertificate* peer_certificate() const = 0;
  // Why it failed, if it did.
  virtual const TransportFailure& failure() const = 0;
};

}  // namespace outrigger
