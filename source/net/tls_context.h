// TLS settings made ready for connections: one SSL_CTX with its keys, its trust and its rules.
//
// Made once for each distinct content and shared by every worker, const from then on. No session
// is resumed: each connection proves itself anew, by the rules of now (R62).
//
// Thread: made by control, used by any.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "base/slab.h"
#include "net/socket.h"
#include "net/tls_certificate_details.h"
#include "net/tls_settings.h"
#include "net/transport.h"

struct ssl_ctx_st;
struct ssl_st;

namespace outrigger {

class TlsContext final {
 public:
  // Errors name the part that is wrong: "tls_certificates[0]: the key does not belong to the
  // certificate".
  static absl::StatusOr<std::shared_ptr<const TlsContext>> Make(const TlsSettings& settings);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // For one connection on `fd`. `application_protocols` (each behind its length) is what a client
  // offers when the settings name none. Requires: the context outlives the transport.
  std::unique_ptr<Transport> NewTransport(Sockets& sockets, SlabPool& slabs, int fd,
                                          std::string_view application_protocols = {}) const;
  const ContextCertificates& certificates() const { return certificates_; }

 private:
  explicit TlsContext(const TlsSettings& settings);

  absl::Status Configure(const TlsSettings& settings);
  absl::Status SetProtocol(const TlsSettings& settings);
  absl::Status SetTrust(const TlsSettings& settings);
  absl::Status SetApplicationProtocols();
  static int ChooseProtocol(ssl_st* ssl, const unsigned char** chosen, unsigned char* chosen_size,
                            const unsigned char* offered, unsigned offered_size, void* context);

  const TlsSettings::Side side_;
  const std::string server_name_;
  const TlsValidation validation_;
  ContextCertificates certificates_;
  std::string alpn_;  // RFC 7301: each name behind its length
  ssl_ctx_st* context_ = nullptr;
};

}  // namespace outrigger
