// Transport sockets -> TLS contexts ready for connections, one object for each distinct content.
//
// Secrets that a context names are those of the bootstrap, which are there before and never change.
//
// Owned by Configuration. Thread: control. Source: envoy/extensions/transport_sockets/tls/v3.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/validation_errors.h"
#include "compiler/secret_compiler.h"
#include "envoy/config/core/v3/base.pb.h"
#include "envoy/extensions/transport_sockets/tls/v3/tls.pb.h"
#include "net/tls_context.h"
#include "xds/resource_store.h"

namespace outrigger::compiler {

class TlsCompiler {
 public:
  // Without keys, as in a dump, everything is checked but what certificates and keys hold.
  enum class Keys { kAreThere, kAreMissing };
  explicit TlsCompiler(const xds::ResourceStore<Secret>& secrets, Keys keys = Keys::kAreThere)
      : secrets_(secrets), keys_(keys) {}

  // Null for plaintext, when there are errors, and without keys.
  std::shared_ptr<const TlsContext> CompileDownstream(
      const envoy::config::core::v3::TransportSocket& proto, ValidationErrors& errors);
  std::shared_ptr<const TlsContext> CompileUpstream(
      const envoy::config::core::v3::TransportSocket& proto, ValidationErrors& errors);
  // Those that somebody uses.
  std::vector<std::shared_ptr<const TlsContext>> Contexts() const;

 private:
  using CommonContext = envoy::extensions::transport_sockets::tls::v3::CommonTlsContext;
  using SecretReference = envoy::extensions::transport_sockets::tls::v3::SdsSecretConfig;

  void CompileCommon(const CommonContext& proto, TlsSettings& settings, ValidationErrors& errors);
  void CompileCertificates(const CommonContext& proto, TlsSettings& settings,
                           ValidationErrors& errors);
  void CompileValidation(const CommonContext& proto, TlsSettings& settings,
                         ValidationErrors& errors);
  template <typename Kind>
  const Kind* FindSecret(const SecretReference& reference, ValidationErrors& errors) const;
  std::shared_ptr<const TlsContext> Find(const TlsSettings& settings, ValidationErrors& errors);

  const xds::ResourceStore<Secret>& secrets_;
  const Keys keys_;
  // By fingerprint. Those that nobody uses any more are forgotten when it has doubled.
  std::map<std::string, std::weak_ptr<const TlsContext>> contexts_;
  size_t forget_at_ = 64;
};

}  // namespace outrigger::compiler
