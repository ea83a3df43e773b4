// What tests of TLS through the whole proxy share: an authority, identities, and transport sockets
// made of them.
//
// Thread: the test's.
#pragma once

#include <fmt/format.h>

#include <string>

#include "test/integration/http_fixture.h"
#include "test/support/backend.h"
#include "test/support/certificates.h"
#include "test/support/tls_peer.h"

namespace outrigger::test {

// `type`: "Downstream" or "Upstream"; `common`: fields of its CommonTlsContext; `fields`: its own.
inline std::string TransportSocket(const std::string& type, const std::string& common,
                                   const std::string& fields = "") {
  return fmt::format(
      "transport_socket: {{name: tls, typed_config: {{\"@type\": type.googleapis.com/"
      "envoy.extensions.transport_sockets.tls.v3.{}TlsContext, common_tls_context: {{{}}}{}}}}}",
      type, common, fields.empty() ? "" : ", " + fields);
}
inline std::string Certificates(const Identity& identity) {
  return fmt::format(
      "tls_certificates: [{{certificate_chain: {{inline_string: {}}}, "
      "private_key: {{inline_string: {}}}}}]",
      YamlQuoted(identity.chain_pem), YamlQuoted(identity.key_pem));
}
inline std::string Trust(const Authority& authority, const std::string& more = "") {
  return fmt::format("validation_context: {{trusted_ca: {{inline_string: {}}}{}}}",
                     YamlQuoted(authority.pem()), more.empty() ? "" : ", " + more);
}

class TlsTest : public HttpTest {
 protected:
  // A listener with TLS before a plain service that answers everything.
  void StartTlsListener(const std::string& common, const std::string& fields = "",
                        const std::string& hcm_fields = "") {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].chain_fields = TransportSocket("Downstream", common, fields);
    bootstrap.listeners[0].hcm_fields = hcm_fields;
    bootstrap.upstream_ports = {backend_.port()};
    StartProxy(bootstrap);
  }
  // A plain listener before services that speak TLS.
  void StartTlsCluster(const std::string& common, const std::string& fields = "",
                       const std::string& cluster_fields = "") {
    StaticBootstrap bootstrap;
    bootstrap.cluster_fields = TransportSocket("Upstream", common, fields);
    if (!cluster_fields.empty()) bootstrap.cluster_fields += ", " + cluster_fields;
    StartProxy(bootstrap);
  }
  Backend backend_{"ok"};
  const Authority authority_;
  const Identity server_ = authority_.Issue("DNS:server.test");
  const Identity client_ = authority_.Issue("URI:spiffe://mesh/ns/a/sa/client");
};

}  // namespace outrigger::test
