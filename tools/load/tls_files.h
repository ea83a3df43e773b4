// TLS of the load client and of the example service, from files: 1.3 with X25519 only, so that
// every proxy between them has the same work.
//
// Thread: main.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "net/tls_context.h"

namespace outrigger::load {

struct TlsFiles {
  std::string ca;           // whom to believe
  std::string certificate;  // of a service, with its chain
  std::string key;
  std::string name;  // what a client wants the service to be
};

// Null when no CA is named. The service must have a name that matches.
absl::StatusOr<std::shared_ptr<const TlsContext>> MakeClientTls(const TlsFiles& files);
// Null when no certificate is named. With a CA, clients must show a certificate of it.
absl::StatusOr<std::shared_ptr<const TlsContext>> MakeServiceTls(const TlsFiles& files);

}  // namespace outrigger::load
