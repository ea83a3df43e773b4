// A proxy whose secrets come from a scriptable control plane, and clients that look at what it
// shows.
//
// Thread: the test's.
#pragma once

#include <string>
#include <utility>

#include "test/integration/tls_fixture.h"
#include "test/integration/xds_fixture.h"

namespace outrigger::test {

inline const std::string kSecret(compiler::kSecretType);

// Of a CommonTlsContext; `fields`: of the ConfigSource.
inline std::string CertificateByName(const std::string& name, const std::string& fields = "") {
  return fmt::format(
      "tls_certificate_sds_secret_configs: [{{name: {}, sds_config: {{ads: {{}}, "
      "resource_api_version: V3{}}}}}]",
      name, fields.empty() ? "" : ", " + fields);
}
inline std::string TrustByName(const std::string& name) {
  return fmt::format(
      "validation_context_sds_secret_config: {{name: {}, sds_config: {{ads: {{}}}}}}", name);
}
inline std::string CertificateSecret(const std::string& name, const Identity& identity) {
  return fmt::format(
      "{{name: {}, tls_certificate: {{certificate_chain: {{inline_string: {}}}, private_key: "
      "{{inline_string: {}}}}}}}",
      name, YamlQuoted(identity.chain_pem), YamlQuoted(identity.key_pem));
}
inline std::string TrustSecret(const std::string& name, const Authority& authority) {
  return fmt::format("{{name: {}, {}}}", name, Trust(authority));
}

class SdsTest : public XdsTest {
 protected:
  // A static listener "ingress" with TLS before backend a; its secrets come over ADS.
  StaticBootstrap BootstrapWith(const std::string& common, const std::string& fields = "") const {
    StaticBootstrap bootstrap{.upstream_ports = {backend_a_.port()}, .ads_port = ads_.port()};
    bootstrap.listeners[0].chain_fields = TransportSocket("Downstream", common, fields);
    return bootstrap;
  }
  void StartSecured(const std::string& common, const std::string& fields = "") {
    StartProxy(BootstrapWith(common, fields).ToYaml());
    port_ = proxy_->ListenerPort("ingress");
  }
  void SetCertificate(const Identity& identity) {
    SetSecretYaml(ads_, std::to_string(++version_), CertificateSecret("server", identity));
  }
  TlsPeer ConnectTrusting(const Authority& authority, TlsPeerOptions options = {}) const {
    options.trusted_pem = authority.pem();
    return TlsPeer::ConnectTo(port_, options);
  }
  static bool IsServed(TlsPeer& client) {
    return client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") &&
           client.ReadMessage().ends_with("\r\n\r\na");
  }
  // A new client that trusts only that authority.
  bool Serves(const Authority& authority) const {
    TlsPeer client = ConnectTrusting(authority);
    return IsServed(client);
  }
  // The same before long: once what it takes has come, and each worker knows.
  bool WillServe(const Authority& authority) {
    return WaitFor([&] { return Serves(authority); });
  }

  const Authority authority_;
  const Authority next_authority_{"next authority"};
  const Identity identity_ = authority_.Issue("DNS:server.test");
  const Identity next_identity_ = next_authority_.Issue("DNS:server.test");
  int version_ = 0;
};

}  // namespace outrigger::test
