#include "xds/grpc_ads_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "test/support/ads_server.h"
#include "test/unit/grpc_link/link_fixture.h"
#include "test/unit/xds/ads_client_fixture.h"

namespace outrigger::xds {
namespace {

using testing::ElementsAre;
using testing::Pair;

// The client over real gRPC, against the test's server.
class GrpcAdsTransportTest : public testing::Test {
 protected:
  GrpcAdsTransportTest() {
    AdsOptions options;
    options.back_off_base = std::chrono::milliseconds(1);
    client_.emplace(link_.control, transport_, sink_, random_, options,
                    std::vector<AdsClient::Type>{{kCluster, true}, {kEndpoints, false}});
  }

  bool UntilSeen(const std::string& name) {
    return link_.Until([&] {
      return std::any_of(sink_.responses.begin(), sink_.responses.end(), [&](const auto& seen) {
        return std::find(seen.names.begin(), seen.names.end(), name) != seen.names.end();
      });
    });
  }
  // Turns control until the server has recorded a request like that.
  std::optional<AdsServer::Request> UntilRequest(
      const std::function<bool(const AdsServer::Request&)>& is_wanted, size_t from = 0) {
    std::optional<AdsServer::Request> found;
    static_cast<void>(link_.Until([&] {
      const auto requests = server_.requests();
      for (size_t i = from; i < requests.size() && !found.has_value(); ++i) {
        if (is_wanted(requests[i])) found = requests[i];
      }
      return found.has_value();
    }));
    return found;
  }

  AdsServer server_;
  LinkFixture link_{server_.port()};
  GrpcAdsTransport transport_{
      link_.control, *link_.link, link_.completions,
      ByteStreamCall{"/envoy.service.discovery.v3.AggregatedDiscoveryService/"
                     "DeltaAggregatedResources",
                     {{"x-token", "t"}}}};
  NameSink sink_;
  FastRandom random_{11};
  std::optional<AdsClient> client_;
};

bool IsAck(const AdsServer::Request& request) { return !request.response_nonce().empty(); }

TEST_F(GrpcAdsTransportTest, AResourceTravelsAndIsAcknowledged) {
  server_.Set(kCluster, "a", "1", "payload");
  client_->Start();
  ASSERT_TRUE(UntilSeen("a"));
  const auto ack = UntilRequest(IsAck);
  ASSERT_TRUE(ack.has_value());
  EXPECT_FALSE(ack->has_error_detail());
  EXPECT_TRUE(client_->is_connected());
  EXPECT_EQ(client_->control_plane_identifier(), "test-control-plane");
  EXPECT_EQ(server_.metadata("x-token"), "t");
}

TEST_F(GrpcAdsTransportTest, ARejectionReachesTheServer) {
  sink_.rejected["a"] = "bad";
  server_.Set(kCluster, "a", "1", "payload");
  client_->Start();
  const auto nack = UntilRequest(IsAck);
  ASSERT_TRUE(nack.has_value());
  EXPECT_EQ(nack->error_detail().message(), "a: bad");
}

TEST_F(GrpcAdsTransportTest, NamedResourcesComeOnceTheyAreWanted) {
  server_.Set(kEndpoints, "e", "1", "payload");
  client_->Start();
  ASSERT_TRUE(UntilRequest([](const auto& request) { return request.type_url() == kCluster; }));
  client_->SetWanted(kEndpoints, {"e"});
  EXPECT_TRUE(UntilSeen("e"));
}

TEST_F(GrpcAdsTransportTest, ARestartedServerIsToldWhichVersionsRun) {
  server_.Set(kCluster, "a", "1", "payload");
  client_->Start();
  ASSERT_TRUE(UntilSeen("a"));
  server_.Stop();
  const size_t before = server_.request_count();
  server_.Start();
  const auto first = UntilRequest([](const auto&) { return true; }, before);
  ASSERT_TRUE(first.has_value());
  EXPECT_THAT(first->initial_resource_versions(), ElementsAre(Pair("a", "1")));
  server_.Set(kCluster, "b", "1", "payload");
  ASSERT_TRUE(UntilSeen("b"));
}

TEST_F(GrpcAdsTransportTest, StreamsThatEndAreOpenedAgain) {
  server_.Set(kCluster, "a", "1", "payload");
  client_->Start();
  ASSERT_TRUE(UntilSeen("a"));
  server_.EndStreams(grpc::Status(grpc::StatusCode::UNAVAILABLE, "connection age"));
  ASSERT_TRUE(link_.Until([this] { return server_.streams_seen() == 2; }));
  EXPECT_EQ(client_->stream_counters().connect_failures, 0u);
}

TEST_F(GrpcAdsTransportTest, GarbageFromTheServerBeginsANewStream) {
  client_->Start();
  ASSERT_TRUE(UntilRequest([](const auto&) { return true; }));
  server_.SendBytes("\xff\xff\xff");
  ASSERT_TRUE(link_.Until([this] { return server_.streams_seen() == 2; }));
  EXPECT_EQ(client_->stream_counters().unparsable, 1u);
}

}  // namespace
}  // namespace outrigger::xds
