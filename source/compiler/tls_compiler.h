// Transport sockets -> TLS profiles, one object for each distinct content.
//
// Secrets that a context names without a source are those of the bootstrap, which are there before
// and never change; the others come and go (tls_profiles).
//
// Owned by Configuration. Thread: control. Source: envoy/extensions/transport_sockets/tls/v3.
#pragma once

#include <vector>

#include "base/validation_errors.h"
#include "compiler/environment.h"
#include "compiler/secret_compiler.h"
#include "compiler/tls_profiles.h"
#include "envoy/config/core/v3/base.pb.h"
#include "envoy/extensions/transport_sockets/tls/v3/tls.pb.h"
#include "net/tls_profile.h"
#include "xds/resource_store.h"

namespace outrigger::compiler {

class TlsCompiler {
 public:
  using Secrets = xds::ResourceStore<Secret>;
  // Without keys, as in a dump, everything is checked but what certificates and keys hold.
  enum class Keys { kAreThere, kAreMissing };
  // `own`: the bootstrap's, by name; `received`: the others, by key. All outlive this.
  TlsCompiler(const Secrets& own, const Secrets& received, const StreamClusters& stream_clusters,
              Keys keys = Keys::kAreThere)
      : own_(own), stream_clusters_(stream_clusters), keys_(keys), profiles_(received) {}

  // Null for plaintext, when there are errors, and without keys.
  TlsProfilePointer CompileDownstream(const envoy::config::core::v3::TransportSocket& proto,
                                      ValidationErrors& errors);
  TlsProfilePointer CompileUpstream(const envoy::config::core::v3::TransportSocket& proto,
                                    ValidationErrors& errors);

  const TlsProfiles& profiles() const { return profiles_; }
  TlsProfiles& profiles() { return profiles_; }

 private:
  using CommonContext = envoy::extensions::transport_sockets::tls::v3::CommonTlsContext;
  using SecretReference = envoy::extensions::transport_sockets::tls::v3::SdsSecretConfig;
  // A profile being compiled.
  struct Draft {
    TlsSettings settings;
    std::vector<SecretUse> secrets;
    size_t certificates() const;
  };

  void CompileCommon(const CommonContext& proto, Draft& draft, ValidationErrors& errors);
  void CompileCertificates(const CommonContext& proto, Draft& draft, ValidationErrors& errors);
  void CompileValidation(const CommonContext& proto, Draft& draft, ValidationErrors& errors);
  void CompileValidationSecret(const SecretReference& reference, Draft& draft,
                               ValidationErrors& errors);
  template <typename Kind>
  const Kind* TakeSecret(const SecretReference& reference, Draft& draft,
                         ValidationErrors& errors) const;
  TlsProfilePointer Find(Draft draft, ValidationErrors& errors);

  const Secrets& own_;
  const StreamClusters& stream_clusters_;
  const Keys keys_;
  TlsProfiles profiles_;
};

}  // namespace outrigger::compiler
