// The client with the state of the world, message by message.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/unit/xds/ads_client_fixture.h"

namespace outrigger::xds {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kWrapper[] = "type.googleapis.com/envoy.service.discovery.v3.Resource";

class SotwClientTest : public testing::Test, public AdsClientFixture {
 protected:
  SotwClientTest() : AdsClientFixture(Protocol::kStateOfTheWorld) {}
  // The one answer to a response.
  FakeAdsTransport::SotwRequest Answer(const SotwBuilder& builder) {
    SotwBuilder copy = builder;
    transport.Deliver(copy.proto());
    const auto requests = transport.TakeSotwRequests();
    EXPECT_THAT(requests, SizeIs(1));
    return requests.empty() ? FakeAdsTransport::SotwRequest() : requests[0];
  }
};

TEST_F(SotwClientTest, X1X7EveryResponseIsAcknowledgedWithItsNonceAndVersion) {
  Connect();
  const auto ack = Answer(SotwBuilder(kCluster, "v1", "n1").Add("a").Add("b"));
  EXPECT_EQ(ack.type_url(), kCluster);
  EXPECT_EQ(ack.response_nonce(), "n1");
  EXPECT_EQ(ack.version_info(), "v1");
  EXPECT_FALSE(ack.has_error_detail());
  EXPECT_THAT(sink.responses[0].names, ElementsAre("a", "b"));
}

TEST_F(SotwClientTest, X3OnlyTheFirstRequestOfTheStreamCarriesTheNode) {
  client->SetWanted(kEndpoints, {"e"});
  client->Start();
  const auto requests = transport.TakeSotwRequests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_EQ(requests[0].node().id(), "node-1");
  EXPECT_FALSE(requests[1].has_node());
  EXPECT_THAT(requests[1].resource_names(), ElementsAre("e"));
  EXPECT_THAT(requests[2].resource_names(), IsEmpty());
}

TEST_F(SotwClientTest, X4X5ARejectionKeepsTheVersionAndTheGoodResourcesAreUsed) {
  Connect();
  Answer(SotwBuilder(kCluster, "v1", "n1").Add("a"));
  sink.rejected["b"] = "port must be at most 65535";
  const auto nack = Answer(SotwBuilder(kCluster, "v2", "n2").Add("a").Add("b"));
  EXPECT_EQ(nack.version_info(), "v1");
  EXPECT_EQ(nack.response_nonce(), "n2");
  EXPECT_EQ(nack.error_detail().code(), 3);
  EXPECT_EQ(nack.error_detail().message(), "b: port must be at most 65535");
  EXPECT_THAT(sink.responses[1].names, ElementsAre("a", "b"));
}

TEST_F(SotwClientTest, X6DuplicateNamesAreRefusedThoughNoEnvelopeNamesThem) {
  Connect();
  const auto nack = Answer(SotwBuilder(kCluster, "v1", "n1").Add("a").Add("b").Add("a"));
  EXPECT_EQ(nack.error_detail().message(), "a: is named more than once in one response");
  EXPECT_THAT(sink.responses[0].names, ElementsAre("b"));
}

TEST_F(SotwClientTest, X9NamesNotAskedForAreIgnoredButAcknowledged) {
  client->SetWanted(kEndpoints, {"e"});
  Connect();
  const auto ack = Answer(SotwBuilder(kEndpoints, "v1", "n1").Add("e").Add("stranger"));
  EXPECT_FALSE(ack.has_error_detail());
  EXPECT_EQ(ack.version_info(), "v1");
  EXPECT_THAT(sink.responses[0].names, ElementsAre("e"));
}

TEST_F(SotwClientTest, X11AResourceOfAnotherTypeIsRefused) {
  Connect();
  const auto nack =
      Answer(SotwBuilder(kCluster, "v1", "n1").AddTyped(PayloadOf("a"), kListener).Add("b"));
  EXPECT_THAT(nack.error_detail().message(), HasSubstr("a: has type"));
  EXPECT_THAT(sink.responses[0].names, ElementsAre("b"));
}

TEST_F(SotwClientTest, X12AnUnknownTypeIsCountedAndTheStreamStays) {
  Connect();
  transport.Deliver(SotwBuilder("type.googleapis.com/what", "v1", "n1").Add("a").proto());
  transport.Deliver(SotwBuilder(kEndpoints, "v1", "n2").Add("e").proto());
  EXPECT_TRUE(transport.is_open());
  EXPECT_THAT(transport.TakeSotwRequests(), IsEmpty());
  EXPECT_EQ(client->stream_counters().unrequested_types, 2u);
}

TEST_F(SotwClientTest, X20WhatAWholeSetOmitsIsRemoved) {
  Connect();
  Answer(SotwBuilder(kCluster, "v1", "n1").Add("a").Add("b").Add("c"));
  Answer(SotwBuilder(kCluster, "v2", "n2").Add("b"));
  EXPECT_THAT(sink.responses[1].removed, ElementsAre("a", "c"));
  Answer(SotwBuilder(kCluster, "v3", "n3"));
  EXPECT_THAT(sink.responses[2].removed, ElementsAre("b"));
}

TEST_F(SotwClientTest, X20ABadResourceIsNotMissing) {
  Connect();
  Answer(SotwBuilder(kCluster, "v1", "n1").Add("a").Add("b"));
  sink.rejected["a"] = "no";
  Answer(SotwBuilder(kCluster, "v2", "n2").Add("a").Add("b").Add("b"));
  EXPECT_THAT(sink.responses[1].removed, IsEmpty());
}

TEST_F(SotwClientTest, X20NothingIsMissingWhileAResourceHasNoName) {
  Connect();
  Answer(SotwBuilder(kCluster, "v1", "n1").Add("a").Add("b"));
  const auto nack =
      Answer(SotwBuilder(kCluster, "v2", "n2").AddTyped("\xff garbage", kCluster).Add("b"));
  EXPECT_EQ(nack.error_detail().message(), "(unnamed): has no name, or cannot be read");
  EXPECT_THAT(sink.responses[1].removed, IsEmpty());
}

TEST_F(SotwClientTest, X21WhatANamedTypeOmitsMeansNothing) {
  client->SetWanted(kEndpoints, {"e", "f"});
  Connect();
  Answer(SotwBuilder(kEndpoints, "v1", "n1").Add("e").Add("f"));
  Answer(SotwBuilder(kEndpoints, "v2", "n2").Add("f"));
  Answer(SotwBuilder(kEndpoints, "v3", "n3"));
  EXPECT_THAT(sink.responses[1].removed, IsEmpty());
  EXPECT_THAT(sink.responses[2].removed, IsEmpty());
}

TEST_F(SotwClientTest, X16X22ChangesWhileAResponseIsAppliedAreOneRequestWithTheNewestNonce) {
  client->SetWanted(kEndpoints, {"a"});
  Connect();
  Answer(SotwBuilder(kEndpoints, "v1", "n1").Add("a"));
  sink.on_response = [this](const Response&) {
    client->SetWanted(kEndpoints, {"b"});
    client->SetWanted(kEndpoints, {"a", "b", "c"});
  };
  Answer(SotwBuilder(kCluster, "v1", "n2").Add("x"));
  Turn();
  const auto requests = transport.TakeSotwRequests();
  ASSERT_THAT(requests, SizeIs(2));  // a was let go: without it, and then with it
  EXPECT_THAT(requests[0].resource_names(), ElementsAre("b", "c"));
  EXPECT_THAT(requests[1].resource_names(), ElementsAre("a", "b", "c"));
  EXPECT_EQ(requests[1].response_nonce(), "n1");
  EXPECT_EQ(requests[1].version_info(), "v1");
}

TEST_F(SotwClientTest, X25AWrappedResourceHasTheNameAndVersionOfItsEnvelope) {
  Connect();
  const auto ack = Answer(SotwBuilder(kCluster, "v1", "n1")
                              .AddWrapped("a", "7", PayloadOf("inside"))
                              .AddWrapped("", "8", PayloadOf("b"))
                              .Add("c"));
  EXPECT_FALSE(ack.has_error_detail());
  EXPECT_EQ(ack.version_info(), "v1");
  EXPECT_THAT(sink.responses[0].names, ElementsAre("a", "b", "c"));
}

TEST_F(SotwClientTest, X25AResourceWrappedTwiceOrBrokenIsRefused) {
  Connect();
  SotwBuilder twice(kCluster, "v1", "n1");
  twice.AddTyped("\xff", kWrapper);
  envoy::service::discovery::v3::Resource outer;
  outer.set_name("a");
  outer.mutable_resource()->set_type_url(kWrapper);
  twice.AddTyped(outer.SerializeAsString(), kWrapper);
  const auto nack = Answer(twice);
  EXPECT_THAT(nack.error_detail().message(), HasSubstr("(unnamed): has type"));
  EXPECT_THAT(nack.error_detail().message(), HasSubstr("a: has type"));
}

TEST_F(SotwClientTest, X43AWrapperWithoutPayloadAtItsVersionIsASignOfLife) {
  Connect();
  Answer(SotwBuilder(kCluster, "v1", "n1").AddWrapped("a", "7", PayloadOf("a")));
  EXPECT_FALSE(
      Answer(SotwBuilder(kCluster, "v2", "n2").AddWrapped("a", "7", "")).has_error_detail());
  EXPECT_THAT(sink.responses[1].names, IsEmpty());
  EXPECT_THAT(sink.responses[1].removed, IsEmpty());
  EXPECT_EQ(
      Answer(SotwBuilder(kCluster, "v3", "n3").AddWrapped("a", "8", "")).error_detail().message(),
      "a: has no content");
}

TEST_F(SotwClientTest, X2X7X8AReconnectCarriesTheVersionOfEachTypeAndNoNonce) {
  client->SetWanted(kEndpoints, {"e"});
  Connect();
  Answer(SotwBuilder(kCluster, "v1", "n1").Add("a"));
  Answer(SotwBuilder(kEndpoints, "v9", "n2").Add("e"));
  transport.Close(absl::OkStatus());
  Turn(std::chrono::seconds(1));
  const auto requests = transport.TakeSotwRequests();
  ASSERT_THAT(requests, SizeIs(3));
  EXPECT_EQ(requests[0].version_info(), "v1");
  EXPECT_EQ(requests[1].version_info(), "v9");
  EXPECT_EQ(requests[2].version_info(), "");
  for (const auto& request : requests) EXPECT_EQ(request.response_nonce(), "");
}

TEST_F(SotwClientTest, X57TheServersNameIsKept) {
  Connect();
  auto response = SotwBuilder(kCluster, "v1", "n1").proto();
  response.mutable_control_plane()->set_identifier("istiod-1");
  response.set_canary(true);
  transport.Deliver(response);
  EXPECT_EQ(client->control_plane_identifier(), "istiod-1");
}

}  // namespace
}  // namespace outrigger::xds
