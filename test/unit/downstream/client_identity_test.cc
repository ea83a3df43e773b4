#include "downstream/client_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/slab.h"

namespace outrigger {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// What was read off a running Envoy 1.40: its peer at 127.0.0.1, ranges 127.0.0.0/8 and 10.0.0.0/8
// where `has_ranges`. Where a peer is on loopback it writes an address of its machine instead.
struct Row {
  bool uses_remote_address;
  uint32_t hops;
  bool has_ranges;
  std::string_view forwarded_for;  // "-": none
  std::string_view then;           // upstream; "-": none
  std::string_view external;       // x-envoy-external-address
  bool is_internal;
};
constexpr Row kRows[] = {
    {false, 0, true, "-", "-", "-", false},
    {false, 0, true, "1.2.3.4", "1.2.3.4", "-", false},
    {false, 0, true, "10.0.0.1", "10.0.0.1", "-", true},
    {false, 0, false, "10.0.0.1", "10.0.0.1", "-", false},
    {false, 1, true, "10.0.0.1", "10.0.0.1", "-", false},
    {false, 0, true, "10.0.0.2, 10.0.0.1", "10.0.0.2, 10.0.0.1", "-", false},
    {false, 1, true, "10.0.0.2, 10.0.0.1", "10.0.0.2, 10.0.0.1", "-", false},
    {false, 0, true, "garbage", "garbage", "-", false},
    {true, 0, false, "-", "127.0.0.1", "127.0.0.1", false},
    {true, 2, false, "-", "127.0.0.1", "127.0.0.1", false},
    {true, 0, true, "-", "127.0.0.1", "-", true},
    {true, 2, true, "-", "127.0.0.1", "-", true},
    {true, 0, true, "1.2.3.4", "1.2.3.4,127.0.0.1", "127.0.0.1", false},
    {true, 1, true, "1.2.3.4", "1.2.3.4,127.0.0.1", "1.2.3.4", false},
    {true, 2, true, "1.2.3.4", "1.2.3.4,127.0.0.1", "127.0.0.1", false},
    {true, 1, true, "1.2.3.4, 5.6.7.8", "1.2.3.4, 5.6.7.8,127.0.0.1", "5.6.7.8", false},
    {true, 2, true, "1.2.3.4, 5.6.7.8", "1.2.3.4, 5.6.7.8,127.0.0.1", "1.2.3.4", false},
    {true, 1, true, "10.0.0.1", "10.0.0.1,127.0.0.1", "10.0.0.1", false},
    {true, 1, true, "1.2.3.4, bad", "1.2.3.4, bad,127.0.0.1", "127.0.0.1", false},
    {true, 2, true, "1.2.3.4, bad", "1.2.3.4, bad,127.0.0.1", "1.2.3.4", false},
    {true, 1, true, "bad, 1.2.3.4", "bad, 1.2.3.4,127.0.0.1", "1.2.3.4", false},
    {true, 1, true, "1.2.3.4,", "1.2.3.4,,127.0.0.1", "127.0.0.1", false},
    {true, 1, true, "", "127.0.0.1", "127.0.0.1", false},
    {true, 1, true, "2001:db8::1", "2001:db8::1,127.0.0.1", "2001:db8::1", false},
    {true, 1, true, "[2001:db8::1]", "[2001:db8::1],127.0.0.1", "127.0.0.1", false},
    {true, 1, true, "1.2.3.4:80", "1.2.3.4:80,127.0.0.1", "127.0.0.1", false},
    {true, 1, true, "fe80::1%lo", "fe80::1%lo,127.0.0.1", "127.0.0.1", false},
};

class ClientIdentityTest : public ::testing::Test {
 protected:
  ClientIdentity Identify(const ClientTrust& trust) {
    return IdentifyClient(trust, {peer_, local_}, headers_, arena_);
  }
  void Bring(std::string_view name, std::string_view value) { headers_.Add(name, value); }
  std::string_view Value(std::string_view name) const { return headers_.Get(name).value_or("-"); }
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const http::HeaderField& field : headers_) names.emplace_back(field.name);
    return names;
  }
  static std::vector<AddressRange> Ranges() {
    return {*AddressRange::From(*Address::FromIp("127.0.0.0", 0), 8),
            *AddressRange::From(*Address::FromIp("10.0.0.0", 0), 8)};
  }

  SlabPool slabs_;
  Arena arena_{slabs_};
  http::HeaderMap headers_;
  Address peer_ = *Address::FromIp("127.0.0.1", 4000);
  const Address local_ = *Address::FromIp("127.0.0.1", 8080);
};

TEST_F(ClientIdentityTest, R49_ClientsAreFoundAsByARunningEnvoy) {
  for (const Row& row : kRows) {
    headers_.Clear();
    if (row.forwarded_for != "-") Bring("x-forwarded-for", row.forwarded_for);
    ClientTrust trust;
    trust.uses_remote_address = row.uses_remote_address;
    trust.trusted_hops = row.hops;
    if (row.has_ranges) trust.internal_ranges = Ranges();
    const std::string which = std::to_string(&row - kRows) + " " + std::string(row.forwarded_for);
    EXPECT_EQ(Identify(trust).is_internal, row.is_internal) << which;
    EXPECT_EQ(Value("x-forwarded-for"), row.then) << which;
    EXPECT_EQ(Value("x-envoy-external-address"), row.external) << which;
    EXPECT_EQ(Value("x-envoy-internal"), row.is_internal ? "true" : "-") << which;
  }
}

// Names as a client might send them.
constexpr std::string_view kFromOutside[] = {"x-envoy-attempt-count",
                                             "x-envoy-decorator-operation",
                                             "x-envoy-downstream-service-cluster",
                                             "x-envoy-downstream-service-node",
                                             "x-envoy-expected-rq-timeout-ms",
                                             "x-envoy-external-address",
                                             "x-envoy-force-trace",
                                             "x-envoy-hedge-on-per-try-timeout",
                                             "x-envoy-internal",
                                             "x-envoy-ip-tags",
                                             "x-envoy-is-timeout-retry",
                                             "x-envoy-max-retries",
                                             "x-envoy-original-dst-host",
                                             "x-envoy-original-host",
                                             "x-envoy-original-path",
                                             "x-envoy-original-url",
                                             "x-envoy-peer-metadata",
                                             "x-envoy-peer-metadata-id",
                                             "x-envoy-retriable-header-names",
                                             "x-envoy-retriable-status-codes",
                                             "x-envoy-retry-grpc-on",
                                             "x-envoy-retry-on",
                                             "x-envoy-upstream-alt-stat-name",
                                             "x-envoy-upstream-rq-per-try-timeout-ms",
                                             "x-envoy-upstream-rq-timeout-alt-response",
                                             "x-envoy-upstream-rq-timeout-ms",
                                             "x-envoy-upstream-service-time",
                                             "x-envoy-upstream-stream-duration-ms",
                                             "x-envoy-whatever",
                                             "x-forwarded-client-cert",
                                             "x-forwarded-host"};

TEST_F(ClientIdentityTest, R49_AnEdgeRequestLosesWhatARunningEnvoyTakes) {
  for (const std::string_view name : kFromOutside) Bring(name, "7");
  ClientTrust trust;
  trust.uses_remote_address = true;
  trust.appends_forwarded_for = false;
  EXPECT_TRUE(Identify(trust).is_edge);
  EXPECT_THAT(Names(), ElementsAre("x-envoy-attempt-count", "x-envoy-external-address",
                                   "x-envoy-is-timeout-retry", "x-envoy-original-dst-host",
                                   "x-envoy-peer-metadata", "x-envoy-peer-metadata-id",
                                   "x-envoy-upstream-service-time", "x-envoy-whatever",
                                   "x-forwarded-host", "x-forwarded-proto"));
  EXPECT_EQ(Value("x-envoy-external-address"), "127.0.0.1");
}

TEST_F(ClientIdentityTest, R49_BehindAnotherProxyWhatTheEdgeSaidStays) {
  for (const std::string_view name : kFromOutside) Bring(name, "7");
  EXPECT_FALSE(Identify({}).is_edge);
  EXPECT_THAT(Names(),
              ElementsAre("x-envoy-attempt-count", "x-envoy-decorator-operation",
                          "x-envoy-downstream-service-cluster", "x-envoy-downstream-service-node",
                          "x-envoy-external-address", "x-envoy-is-timeout-retry",
                          "x-envoy-original-dst-host", "x-envoy-original-host",
                          "x-envoy-original-path", "x-envoy-peer-metadata",
                          "x-envoy-peer-metadata-id", "x-envoy-upstream-service-time",
                          "x-envoy-whatever", "x-forwarded-host", "x-forwarded-proto"));
}

TEST_F(ClientIdentityTest, R49_AnInternalRequestKeepsAllButMarksAndCertificates) {
  for (const std::string_view name : kFromOutside) Bring(name, "7");
  ClientTrust trust;
  trust.uses_remote_address = true;
  trust.internal_ranges = Ranges();
  EXPECT_TRUE(Identify(trust).is_internal);
  for (const std::string_view name : kFromOutside) {
    const bool goes = name == "x-forwarded-client-cert" || name == "x-envoy-internal" ||
                      name == "x-envoy-upstream-stream-duration-ms";
    if (goes) continue;
    EXPECT_EQ(Value(name), "7") << name;
  }
  EXPECT_EQ(Value("x-envoy-internal"), "true");
  EXPECT_EQ(Value("x-forwarded-client-cert"), "-");
}

TEST_F(ClientIdentityTest, R50_FieldsOfOneNameAreOneList) {
  Bring("x-forwarded-for", "1.2.3.4");
  Bring("x-other", "1");
  Bring("x-forwarded-for", "5.6.7.8");
  ClientTrust trust;
  trust.uses_remote_address = true;
  trust.trusted_hops = 2;
  Identify(trust);
  EXPECT_EQ(Value("x-forwarded-for"), "1.2.3.4,5.6.7.8,127.0.0.1");
  EXPECT_EQ(Value("x-envoy-external-address"), "1.2.3.4");
  EXPECT_EQ(Names()[1], "x-other");
}

TEST_F(ClientIdentityTest, WhetherTheClientCameByTlsIsItsProxysToSay) {
  const auto told = [this](bool uses_remote_address, uint32_t hops) {
    headers_.Clear();
    Bring("x-forwarded-proto", "https");
    ClientTrust trust;
    trust.uses_remote_address = uses_remote_address;
    trust.trusted_hops = hops;
    Identify(trust);
    return std::string(Value("x-forwarded-proto"));
  };
  EXPECT_EQ(told(false, 0), "https");
  EXPECT_EQ(told(true, 1), "https");
  EXPECT_EQ(told(true, 0), "http");
}

TEST_F(ClientIdentityTest, ThePortIsWrittenWhenAskedFor) {
  ClientTrust trust;
  trust.appends_forwarded_port = true;
  Bring("x-forwarded-port", "99");
  Identify(trust);
  EXPECT_EQ(Value("x-forwarded-port"), "99");
  trust.uses_remote_address = true;
  Identify(trust);
  EXPECT_EQ(Value("x-forwarded-port"), "8080");
}

TEST_F(ClientIdentityTest, AUnixPeerHasNoAddressToTell) {
  peer_ = *Address::FromPath("/run/x.sock");
  ClientTrust trust;
  trust.uses_remote_address = true;
  EXPECT_TRUE(Identify(trust).is_edge);
  EXPECT_THAT(Names(), ElementsAre("x-forwarded-proto"));
  headers_.Clear();
  trust.is_unix_internal = true;
  EXPECT_TRUE(Identify(trust).is_internal);
}

TEST_F(ClientIdentityTest, ACertificateIsPassedOnWhereConfigured) {
  Bring("x-forwarded-client-cert", "Hash=1");
  ClientTrust trust;
  trust.passes_client_certificate = true;
  Identify(trust);
  EXPECT_EQ(Value("x-forwarded-client-cert"), "Hash=1");
}

}  // namespace
}  // namespace outrigger
