// Connections over TLS: agreeing on it, bytes both ways, how it ends, and what it refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <string>

#include "net/connection.h"
#include "test/support/certificates.h"
#include "test/support/loopback.h"

namespace outrigger {
namespace {

using std::chrono::seconds;
using test::Authority;
using test::Identity;
using testing::ElementsAre;
using testing::HasSubstr;
using Failure = TransportFailure::Kind;

TlsCertificate ToCertificate(const Identity& identity) {
  return {identity.chain_pem, identity.key_pem};
}

class TlsConnectionTest : public testing::Test {
 protected:
  TlsConnectionTest() {
    server_settings_.side = TlsSettings::Side::kServer;
    server_settings_.certificates = {ToCertificate(authority_.Issue("DNS:server.test"))};
    client_settings_.side = TlsSettings::Side::kClient;
    client_settings_.validation.trusted_ca_pem = authority_.pem();
  }

  static std::shared_ptr<const TlsContext> Make(const TlsSettings& settings) {
    auto context = TlsContext::Make(settings);
    EXPECT_TRUE(context.ok()) << context.status();
    return context.ok() ? *context : nullptr;
  }

  // A client of ours and a service of ours over one TCP connection, before their handshake.
  void Connect() {
    client_.Take(Connection::StartConnect(world_.net, listener_.address(), {seconds(5)},
                                          {.tls = Make(client_settings_)}));
    ASSERT_TRUE(world_.RunUntil([&] { return listener_.has_connection(); }));
    Address peer;
    const int fd = world_.sockets.Accept(listener_.fd(), peer);
    server_.Take(
        Connection::FromAccepted(world_.net, fd, peer, {Make(server_settings_), seconds(10)}));
  }
  void Handshake() {
    Connect();
    ASSERT_TRUE(world_.RunUntil([&] { return client_.connection().is_ready(); }));
    ASSERT_TRUE(world_.RunUntil([&] { return server_.connection().is_ready(); }));
    EXPECT_THAT(client_.events, ElementsAre("connected"));
    EXPECT_THAT(server_.events, ElementsAre("connected"));
  }
  // How the service failed the client, or the other way round.
  Failure FailureOf(RecordingFilter& side) {
    Connect();
    EXPECT_TRUE(world_.RunUntil([&] { return side.is_closed(); }));
    return side.failure.kind;
  }
  bool ServerReceives(size_t size) {
    return world_.RunUntil([&] { return server_.bytes.size() >= size; });
  }

  LoopWorld world_;
  Authority authority_;
  LoopbackListener listener_;
  TlsSettings server_settings_;
  TlsSettings client_settings_;
  RecordingFilter client_{world_};
  RecordingFilter server_{world_};
};

TEST_F(TlsConnectionTest, PassesBytesBothWays) {
  Handshake();
  client_.connection().Write("hello");
  ASSERT_TRUE(ServerReceives(5));
  server_.connection().Write("world");
  ASSERT_TRUE(world_.RunUntil([&] { return client_.bytes.size() == 5; }));
  EXPECT_EQ(server_.bytes, "hello");
  EXPECT_EQ(client_.bytes, "world");
  EXPECT_EQ(client_.connection().bytes_written(), 5u);
  EXPECT_GT(client_.connection().wire_bytes_written(), 100u);
}

TEST_F(TlsConnectionTest, PassesWhatWasWrittenBeforeTheHandshakeEnded) {
  Connect();
  client_.connection().Write("early");
  ASSERT_TRUE(ServerReceives(5));
  EXPECT_EQ(server_.bytes, "early");
}

TEST_F(TlsConnectionTest, AgreesThoughEveryByteTravelsAlone) {
  world_.sockets.SetWriteMax(1);
  Handshake();
  client_.connection().Write("hello");
  ASSERT_TRUE(ServerReceives(5));
  EXPECT_EQ(server_.bytes, "hello");
}

TEST_F(TlsConnectionTest, HoldsNoBufferWhileIdle) {
  Handshake();
  client_.connection().Write("hello");
  ASSERT_TRUE(ServerReceives(5));
  world_.RunTurns(3);
  EXPECT_EQ(world_.slabs.slabs_out(), 0u);
}

TEST_F(TlsConnectionTest, WritesOfATurnLeaveAtOnce) {
  Handshake();
  world_.RunTurns(3);
  world_.sockets.ResetCounts();
  for (int i = 0; i < 100; ++i) client_.connection().Write("a little ");
  ASSERT_TRUE(ServerReceives(900));
  EXPECT_EQ(world_.sockets.count(SocketCall::kWrite), 1);
  EXPECT_EQ(server_.offers.size(), 1u);
}

TEST_F(TlsConnectionTest, CarriesALotThroughManyRecords) {
  Handshake();
  std::string sent;
  for (int i = 0; i < 400'000; ++i) sent += std::to_string(i);
  client_.connection().Write(sent);
  ASSERT_TRUE(ServerReceives(sent.size()));
  EXPECT_TRUE(server_.bytes == sent);
}

// Read on after a pause: what the library holds decrypted makes no socket readable.
TEST_F(TlsConnectionTest, GivesWhatItHeldBackWhileReadingWasPaused) {
  Handshake();
  const std::string sent(500'000, 'x');
  server_.on_bytes = [&](std::string_view) {
    server_.on_bytes = nullptr;
    server_.connection().PauseReading();
  };
  client_.connection().Write(sent);
  ASSERT_TRUE(world_.RunUntil([&] { return !server_.bytes.empty(); }));
  world_.RunTurns(20);
  const size_t before = server_.bytes.size();
  EXPECT_LT(before, sent.size());
  server_.connection().ResumeReading();
  ASSERT_TRUE(ServerReceives(sent.size()));
}

TEST_F(TlsConnectionTest, HoldsLittleForAPeerThatDoesNotRead) {
  Handshake();
  server_.connection().PauseReading();
  const std::string piece(16 * 1024, 'x');
  size_t offered = 0;
  while (offered < 64u * 1024 * 1024) {
    if (client_.connection().is_above_high_water()) break;
    client_.connection().Write(piece);
    offered += piece.size();
    world_.RunTurns(1);
  }
  EXPECT_TRUE(client_.connection().is_above_high_water());
  // The buffer above its mark by one piece, and one Write's worth of records.
  EXPECT_LE(world_.slabs.slabs_out() * SlabPool::kSlabBytes, 160u * 1024);
}

TEST_F(TlsConnectionTest, EndsOneDirectionAndKeepsTheOther) {
  Handshake();
  client_.connection().Write("request");
  client_.connection().ShutdownWrite();
  ASSERT_TRUE(world_.RunUntil([&] { return server_.events.back() == "eof"; }));
  EXPECT_EQ(server_.bytes, "request");
  server_.connection().Write("response");
  server_.connection().Close(Connection::Flush::kYes);
  ASSERT_TRUE(world_.RunUntil([&] { return client_.is_closed(); }));
  EXPECT_EQ(client_.bytes, "response");
  EXPECT_EQ(client_.reason, CloseReason::kRemoteEof);
}

// An attacker in between can make the end of a TCP connection, but not the word for it.
TEST_F(TlsConnectionTest, AnEndThatIsNotSaidIsNoEnd) {
  Handshake();
  client_.connection().Write("half of it");
  ASSERT_TRUE(ServerReceives(10));
  shutdown(client_.connection().fd(), SHUT_WR);
  ASSERT_TRUE(world_.RunUntil([&] { return server_.is_closed(); }));
  EXPECT_EQ(server_.reason, CloseReason::kUnsaidEnd);
  EXPECT_THAT(server_.events, testing::Not(testing::Contains("eof")));
}

TEST_F(TlsConnectionTest, AgreesOnTheProtocolThatTheServicePrefers) {
  server_settings_.application_protocols = {"h2", "http/1.1"};
  client_settings_.application_protocols = {"http/1.1", "h2"};
  Handshake();
  EXPECT_EQ(client_.connection().agreement().application_protocol, "h2");
  EXPECT_EQ(server_.connection().agreement().application_protocol, "h2");
}

TEST_F(TlsConnectionTest, BothKnowTheVersionAndTheCipherOnceTheyAgree) {
  Handshake();
  for (const TransportAgreement& agreed :
       {client_.connection().agreement(), server_.connection().agreement()}) {
    EXPECT_EQ(agreed.version, "TLSv1.3");
    EXPECT_THAT(agreed.cipher, testing::StartsWith("TLS_"));
  }
}

TEST_F(TlsConnectionTest, AgreesOnNoProtocolWithoutOneInCommon) {
  server_settings_.application_protocols = {"h2"};
  client_settings_.application_protocols = {"istio"};
  Handshake();
  EXPECT_EQ(client_.connection().agreement().application_protocol, "");
  EXPECT_EQ(server_.connection().agreement().application_protocol, "");
}

TEST_F(TlsConnectionTest, RefusesAServiceThatIsNotTrusted) {
  const Authority other;
  client_settings_.validation.trusted_ca_pem = other.pem();
  EXPECT_EQ(FailureOf(client_), Failure::kUntrusted);
  EXPECT_EQ(client_.reason, CloseReason::kHandshakeFailed);
  EXPECT_EQ(client_.system_error, EPROTO);
}

TEST_F(TlsConnectionTest, RefusesAServiceOfAnotherName) {
  client_settings_.validation.names = {{SubjectAltNameMatch::Type::kDns, {.text = "other.test"}}};
  EXPECT_EQ(FailureOf(client_), Failure::kName);
}

TEST_F(TlsConnectionTest, RefusesAnExpiredCertificate) {
  server_settings_.certificates = {
      ToCertificate(authority_.IssueAs({"DNS:server.test", -7200, -3600}))};
  EXPECT_EQ(FailureOf(client_), Failure::kUntrusted);
}

TEST_F(TlsConnectionTest, TakesAnExpiredCertificateWhereItIsTold) {
  server_settings_.certificates = {
      ToCertificate(authority_.IssueAs({"DNS:server.test", -7200, -3600}))};
  client_settings_.validation.accepts_expired_certificates = true;
  Handshake();
}

// A certificate for clients does not make a service.
TEST_F(TlsConnectionTest, R63_RefusesACertificateThatIsForSomethingElse) {
  server_settings_.certificates = {ToCertificate(
      authority_.IssueAs({.names = "DNS:server.test", .extended_key_usage = "clientAuth"}))};
  EXPECT_EQ(FailureOf(client_), Failure::kUntrusted);
}

TEST_F(TlsConnectionTest, RefusesAClientWithoutACertificate) {
  server_settings_.requires_peer_certificate = true;
  server_settings_.validation.trusted_ca_pem = authority_.pem();
  EXPECT_EQ(FailureOf(server_), Failure::kNoCertificate);
}

TEST_F(TlsConnectionTest, TakesAClientWithTheRightIdentity) {
  server_settings_.requires_peer_certificate = true;
  server_settings_.validation.trusted_ca_pem = authority_.pem();
  server_settings_.validation.names = {
      {SubjectAltNameMatch::Type::kUri,
       {.kind = StringMatch::Kind::kPrefix, .text = "spiffe://mesh/ns/a/"}}};
  client_settings_.certificates = {ToCertificate(authority_.Issue("URI:spiffe://mesh/ns/a/sa/b"))};
  Handshake();
}

TEST_F(TlsConnectionTest, RefusesVersionsOutsideItsRange) {
  server_settings_.version_min = TlsSettings::Version::kTls13;
  client_settings_.version_max = TlsSettings::Version::kTls12;
  EXPECT_EQ(FailureOf(server_), Failure::kProtocol);
}

TEST_F(TlsConnectionTest, AHandshakeHasItsTime) {
  TcpPair pair;
  server_.Take(Connection::FromAccepted(world_.net, pair.near, Address(),
                                        {Make(server_settings_), seconds(10)}));
  pair.far.Send("\x16\x03\x01");
  world_.RunTurns(3);
  world_.Pass(seconds(9));
  EXPECT_FALSE(server_.is_closed());
  world_.Pass(seconds(2));
  EXPECT_TRUE(server_.is_closed());
  EXPECT_EQ(server_.reason, CloseReason::kConnectTimeout);
}

TEST_F(TlsConnectionTest, R64_PlaintextIsNoHandshake) {
  TcpPair pair;
  server_.Take(Connection::FromAccepted(world_.net, pair.near, Address(),
                                        {Make(server_settings_), seconds(10)}));
  pair.far.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(world_.RunUntil([&] { return server_.is_closed(); }));
  EXPECT_EQ(server_.reason, CloseReason::kHandshakeFailed);
  EXPECT_EQ(server_.bytes, "");
}

TEST_F(TlsConnectionTest, R64_APlaintextServiceIsNone) {
  client_.Take(Connection::StartConnect(world_.net, listener_.address(), {seconds(5)},
                                        {.tls = Make(client_settings_)}));
  ASSERT_TRUE(world_.RunUntil([&] { return listener_.has_connection(); }));
  LoopbackPeer service = listener_.Accept();
  service.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  ASSERT_TRUE(world_.RunUntil([&] { return client_.is_closed(); }));
  EXPECT_EQ(client_.reason, CloseReason::kHandshakeFailed);
  EXPECT_EQ(client_.bytes, "");
}

struct BadSettings {
  const char* what;
  std::function<void(TlsSettings&)> change;
  const char* error;
};

TEST_F(TlsConnectionTest, SettingsThatCannotBeAreErrors) {
  const Identity other = authority_.Issue("DNS:other.test");
  const BadSettings cases[] = {
      {"no PEM", [](auto& s) { s.certificates[0].chain_pem = "x"; },
       "tls_certificates[0]: certificate_chain: holds no certificate in PEM"},
      {"no key", [](auto& s) { s.certificates[0].key_pem = "x"; },
       "tls_certificates[0]: private_key: "},
      {"foreign key", [&](auto& s) { s.certificates[0].key_pem = other.key_pem; },
       "tls_certificates[0]: private_key: does not go with the certificate"},
      {"no anchor", [](auto& s) { s.validation.trusted_ca_pem = "x"; },
       "validation_context.trusted_ca: holds no certificate in PEM"},
      {"suites", [](auto& s) { s.cipher_suites = {"ROT13"}; }, "tls_params.cipher_suites: "},
      {"groups", [](auto& s) { s.groups = {"P-1"}; }, "tls_params.ecdh_curves: "},
      {"algorithms", [](auto& s) { s.signature_algorithms = {"none"}; },
       "tls_params.signature_algorithms: "},
      {"versions", [](auto& s) { s.version_max = TlsSettings::Version::kTls11; },
       "tls_minimum_protocol_version is above tls_maximum_protocol_version"},
      {"protocols", [](auto& s) { s.application_protocols = {""}; }, "alpn_protocols: "},
  };
  for (const BadSettings& bad : cases) {
    TlsSettings settings = server_settings_;
    bad.change(settings);
    EXPECT_THAT(std::string(TlsContext::Make(settings).status().message()), HasSubstr(bad.error))
        << bad.what;
  }
}

}  // namespace
}  // namespace outrigger
