// RBAC by what a client's certificate and its TLS hello say.
#include "test/integration/filters_fixture.h"
#include "test/integration/tls_fixture.h"

namespace outrigger::test {
namespace {

using testing::StartsWith;

constexpr std::string_view kAllowed = "HTTP/1.1 204 ";
constexpr std::string_view kDenied = "HTTP/1.1 403 ";

class RbacTls : public TlsTest {
 protected:
  void StartWithPolicy(const std::string& permission, const std::string& principal,
                       bool demands_certificate = true) {
    StaticBootstrap bootstrap;
    StaticListener& listener = bootstrap.listeners[0];
    listener.chain_fields =
        TransportSocket("Downstream", Certificates(server_) + ", " + Trust(authority_),
                        demands_certificate ? "require_client_certificate: true" : "");
    listener.routes = "[{match: {prefix: /}, direct_response: {status: 204}}]";
    listener.filters = Filter(
        "rbac", "rbac.v3.RBAC",
        fmt::format("rules: {{policies: {{p: {{permissions: [{{{}}}], principals: [{{{}}}]}}}}}}",
                    permission, principal));
    StartProxy(bootstrap);
  }
  std::string Ask(const Identity* identity, const std::string& server_name = "") {
    TlsPeerOptions options;
    options.trusted_pem = authority_.pem();
    options.server_name = server_name;
    if (identity != nullptr) options.identity = *identity;
    TlsPeer client = TlsPeer::ConnectTo(port_, options);
    EXPECT_TRUE(client.Send(kGet)) << client.failure();
    return client.ReadMessage();
  }
  static std::string NameMatch(std::string_view match) {
    return fmt::format("authenticated: {{principal_name: {{{}}}}}", match);
  }
};

TEST_F(RbacTls, AClientIsKnownByTheUriOfItsCertificate) {
  StartWithPolicy("any: true", NameMatch("exact: 'spiffe://mesh/ns/a/sa/client'"));
  EXPECT_THAT(Ask(&client_), StartsWith(kAllowed));
  const Identity other = authority_.Issue("URI:spiffe://mesh/ns/a/sa/other");
  EXPECT_THAT(Ask(&other), StartsWith(kDenied));
}

// The first kind of name counts, and no other one.
TEST_F(RbacTls, ADnsNameCountsOnlyWithoutAUri) {
  StartWithPolicy("any: true", NameMatch("suffix: .mesh.test"));
  const Identity dns = authority_.Issue("DNS:client.mesh.test");
  EXPECT_THAT(Ask(&dns), StartsWith(kAllowed));
  const Identity both = authority_.Issue("URI:spiffe://x/y,DNS:client.mesh.test");
  EXPECT_THAT(Ask(&both), StartsWith(kDenied));
}

TEST_F(RbacTls, AnEncryptedConnectionIsEnoughWhereNoNameIsAskedFor) {
  StartWithPolicy("any: true", "authenticated: {}", false);
  EXPECT_THAT(Ask(nullptr), StartsWith(kAllowed));
}

TEST_F(RbacTls, WithoutACertificateThereIsNoName) {
  StartWithPolicy("any: true", NameMatch("safe_regex: {regex: '.*'}"), false);
  EXPECT_THAT(Ask(nullptr), StartsWith(kDenied));
}

TEST_F(RbacTls, WhatTheClientWantsToReachIsAPermission) {
  StartWithPolicy("requested_server_name: {suffix: .good.test}", "any: true");
  EXPECT_THAT(Ask(&client_, "a.good.test"), StartsWith(kAllowed));
  EXPECT_THAT(Ask(&client_, "a.bad.test"), StartsWith(kDenied));
  EXPECT_THAT(Ask(&client_), StartsWith(kDenied));
}

}  // namespace
}  // namespace outrigger::test
