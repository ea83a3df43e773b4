// Which upstream connection carries a request, and what becomes of a request whose reused
// connection fails (P29, R10).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "cluster/cluster_stats.h"
#include "test/support/http_world.h"

namespace outrigger::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string Request(std::string_view method, std::string_view path = "/") {
  const std::string head =
      std::string(method) + " " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n";
  return method == "GET" ? head + "\r\n" : head + "Content-Length: 4\r\n\r\nbody";
}

class UpstreamReuse : public ::testing::Test {
 protected:
  // A request of `client` reaches the service, on a new connection.
  LoopbackPeer Reach(LoopbackPeer& client, std::string_view request) {
    client.Send(request);
    LoopbackPeer service = http_.Service();
    EXPECT_TRUE(service.is_open());
    EXPECT_TRUE(http_.Receives(service, request.substr(request.find("\r\n\r\n"))));
    return service;
  }
  void Answer(LoopbackPeer& service, LoopbackPeer& client, std::string_view response = kOk) {
    service.Send(response);
    EXPECT_TRUE(http_.Receives(client, "\r\n\r\nok"));
    client.ClearReceived();
    service.ClearReceived();
  }
  // One exchange, after which the service's connection lies idle.
  LoopbackPeer Warm(LoopbackPeer& client) {
    LoopbackPeer service = Reach(client, Request("GET"));
    Answer(service, client);
    return service;
  }
  // Runs `act` right before the proxy writes the next request, too late for it to notice.
  void BeforeTheNextWrite(std::function<void()> act) {
    http_.world.sockets.OnEachCall([this, act](SocketCall call) {
      if (call != SocketCall::kWrite) return;
      act();
      http_.world.sockets.OnEachCall({});
    });
  }
  void ExpectStatus(LoopbackPeer& client, std::string_view status) {
    EXPECT_TRUE(http_.world.RunUntil([&] {
      client.Receive();
      return !client.received().empty();
    }));
    EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 " + std::string(status)));
  }

  HttpWorld http_;
};

TEST_F(UpstreamReuse, AResponseHeadInPiecesLeavesTheConnectionFitForMore) {
  LoopbackPeer client = http_.Client();
  LoopbackPeer service = Warm(client);
  for (size_t at = 1; at < kOk.size(); ++at) {
    client.Send(Request("GET"));
    ASSERT_TRUE(http_.Receives(service, "\r\n\r\n"));
    service.Send(kOk.substr(0, at));
    http_.RunTurns(4);
    Answer(service, client, kOk.substr(at));
  }
  EXPECT_EQ(http_.ClusterStat(kUpstreamCxTotal), 1u);
}

TEST_F(UpstreamReuse, P29_ARequestIsRetriedWhenTheServiceHadClosedBeforeItWasWritten) {
  for (const char* method : {"GET", "PUT", "POST", "PATCH"}) {
    LoopbackPeer client = http_.Client();
    LoopbackPeer idle = Warm(client);
    BeforeTheNextWrite([&] { idle.Close(); });
    LoopbackPeer service = Reach(client, Request(method));
    Answer(service, client);
    service.Close();
    http_.RunTurns(4);
  }
}

TEST_F(UpstreamReuse, P29_ARequestIsRetriedWhenTheServiceHadResetBeforeItWasWritten) {
  for (const char* method : {"GET", "POST"}) {
    LoopbackPeer client = http_.Client();
    LoopbackPeer idle = Warm(client);
    BeforeTheNextWrite([&] { idle.Reset(); });
    LoopbackPeer service = Reach(client, Request(method));
    Answer(service, client);
    service.Close();
    http_.RunTurns(4);
  }
}

TEST_F(UpstreamReuse, P29_OnlyIdempotentRequestsAreRetriedOnceTheServiceMayHaveSeenThem) {
  for (const bool by_reset : {false, true}) {
    for (const std::string method : {"GET", "PUT", "POST"}) {
      LoopbackPeer client = http_.Client();
      LoopbackPeer idle = Warm(client);
      client.Send(Request(method));
      ASSERT_TRUE(http_.Receives(idle, method == "GET" ? "\r\n\r\n" : "body"));
      by_reset ? idle.Reset() : idle.Close();
      if (method == "POST") {
        ExpectStatus(client, "503");
        EXPECT_THAT(client.received(), HasSubstr("connection termination"));
        EXPECT_FALSE(http_.has_waiting_service());
        continue;
      }
      LoopbackPeer service = http_.Service();
      ASSERT_TRUE(service.is_open());
      Answer(service, client);
      service.Close();
      http_.RunTurns(4);
    }
  }
}

TEST_F(UpstreamReuse, P29_TheSecondTryTakesANewConnectionAlthoughOthersLieIdle) {
  LoopbackPeer client_a = http_.Client();
  LoopbackPeer client_b = http_.Client();
  LoopbackPeer idle_a = Reach(client_a, Request("GET"));
  LoopbackPeer idle_b = Reach(client_b, Request("GET"));
  Answer(idle_a, client_a);
  Answer(idle_b, client_b);
  BeforeTheNextWrite([&] {
    idle_b.Close();  // carries the request: the last one used comes first
    idle_a.Close();
  });
  LoopbackPeer service = Reach(client_a, Request("POST"));
  Answer(service, client_a);
}

TEST_F(UpstreamReuse, P29_AServiceThatFailsANewConnectionAsWellIsNotAskedAgain) {
  LoopbackPeer client = http_.Client();
  LoopbackPeer idle = Warm(client);
  client.Send(Request("GET"));
  ASSERT_TRUE(http_.Receives(idle, "\r\n\r\n"));
  idle.Close();
  LoopbackPeer service = http_.Service();
  ASSERT_TRUE(http_.Receives(service, "\r\n\r\n"));
  service.Close();
  ExpectStatus(client, "503");
  EXPECT_FALSE(http_.has_waiting_service());
}

TEST_F(UpstreamReuse, AnEndpointThatIsRemovedStillServesWhoWaitsForIt) {
  LoopbackPeer client = http_.Client();
  http_.world.sockets.OnEachCall([this](SocketCall call) {
    if (call != SocketCall::kConnect) return;
    http_.world.sockets.OnEachCall({});
    http_.PublishLater({});
  });
  LoopbackPeer service = Reach(client, Request("GET"));
  Answer(service, client);
  // Its connection is not kept.
  EXPECT_TRUE(http_.world.RunUntil([&] { return !service.Receive(); }));
  client.Send(Request("GET"));
  ExpectStatus(client, "503");
}

TEST(UpstreamLimits, R10_BytesBehindAResponseAreNotTakenForTheNextOneThatWaits) {
  HttpWorld http({.max_connections = 1});
  LoopbackPeer client_a = http.Client();
  LoopbackPeer client_b = http.Client();
  client_a.Send(Request("GET", "/a"));
  LoopbackPeer service = http.Service();
  ASSERT_TRUE(http.Receives(service, "\r\n\r\n"));
  client_b.Send(Request("GET", "/b"));
  ASSERT_TRUE(http.world.RunUntil([&] { return http.ClusterStat(kUpstreamRqPendingActive) == 1; }));
  service.Send(std::string(kOk) + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
  ASSERT_TRUE(http.Receives(client_a, "\r\n\r\nok"));
  LoopbackPeer next = http.Service();
  ASSERT_TRUE(http.Receives(next, "\r\n\r\n"));
  EXPECT_THAT(next.received(), StartsWith("GET /b "));
  next.Send(kOk);
  ASSERT_TRUE(http.Receives(client_b, "\r\n\r\nok"));
  EXPECT_THAT(client_b.received(), testing::Not(HasSubstr("evil")));
}

TEST(UpstreamLimits, AtMaxConnectionsRequestsWaitForTheOneThereIs) {
  HttpWorld http({.max_connections = 1});
  LoopbackPeer clients[3] = {http.Client(), http.Client(), http.Client()};
  for (LoopbackPeer& client : clients) client.Send(Request("GET"));
  LoopbackPeer service = http.Service();
  for (LoopbackPeer& client : clients) {
    ASSERT_TRUE(http.Receives(service, "\r\n\r\n"));
    service.ClearReceived();
    service.Send(kOk);
    ASSERT_TRUE(http.Receives(client, "ok"));
  }
  EXPECT_EQ(http.ClusterStat(kUpstreamCxTotal), 1u);
  EXPECT_EQ(http.ClusterStat(kUpstreamCxOverflow), 2u);
}

TEST(UpstreamLimits, AFailedConnectAnswersEverybodyWhoHasNoConnectionOnTheWay) {
  HttpWorld http({.max_connections = 1});
  const LoopbackListener hanging(LoopbackListener::Mode::kHangs);
  http.Publish({hanging.address()});
  LoopbackPeer clients[3] = {http.Client(), http.Client(), http.Client()};
  for (LoopbackPeer& client : clients) client.Send(Request("GET"));
  ASSERT_TRUE(http.world.RunUntil([&] { return http.ClusterStat(kUpstreamRqPendingActive) == 3; }));
  http.world.Pass(Cluster().connect_timeout);
  for (LoopbackPeer& client : clients) EXPECT_TRUE(http.Receives(client, "connection timeout"));
  EXPECT_EQ(http.ClusterStat(kUpstreamRqPendingFailureEject), 3u);
  EXPECT_EQ(http.ClusterStat(kUpstreamRqPendingActive), 0u);
}

TEST(UpstreamLimits, AFailedConnectTakesOneRequestWhenEachHasItsOwn) {
  HttpWorld http;
  http.world.sockets.FailNext(SocketCall::kConnect, ECONNREFUSED);
  LoopbackPeer client = http.Client();
  client.Send(Request("GET"));
  EXPECT_TRUE(http.Receives(client, "remote connection failure"));
  client.ClearReceived();
  client.Send(Request("GET"));
  LoopbackPeer service = http.Service();
  service.Send(kOk);
  EXPECT_TRUE(http.Receives(client, "ok"));
}

TEST(UpstreamLimits, ANewConnectionIsMadeRoomForWhereTheLimitAllowsNoMore) {
  HttpWorld http({.max_connections = 2});
  LoopbackPeer client_a = http.Client();
  LoopbackPeer client_b = http.Client();
  client_a.Send(Request("GET"));
  LoopbackPeer service_a = http.Service();
  client_b.Send(Request("GET"));
  LoopbackPeer service_b = http.Service();
  ASSERT_TRUE(http.Receives(service_a, "\r\n\r\n") && http.Receives(service_b, "\r\n\r\n"));
  service_a.Send(kOk);
  ASSERT_TRUE(http.Receives(client_a, "ok"));
  // The retry of a's next request waits for a new connection, while b's is busy.
  client_a.ClearReceived();
  service_a.ClearReceived();
  client_a.Send(Request("GET"));
  ASSERT_TRUE(http.Receives(service_a, "\r\n\r\n"));
  service_a.Reset();
  LoopbackPeer service = http.Service();
  ASSERT_TRUE(http.Receives(service, "\r\n\r\n"));
  service.Send(kOk);
  EXPECT_TRUE(http.Receives(client_a, "ok"));
}

TEST(UpstreamLimits, BeyondMaxRequestsARequestIsRefused) {
  HttpWorld http({.max_requests = 1});
  LoopbackPeer client_a = http.Client();
  LoopbackPeer client_b = http.Client();
  for (int i = 0; i < 2; ++i) {
    client_a.Send(Request("GET"));
    LoopbackPeer service = http.Service();
    ASSERT_TRUE(http.Receives(service, "\r\n\r\n"));
    client_b.Send(Request("GET"));
    EXPECT_TRUE(http.Receives(client_b, "overflow"));
    EXPECT_THAT(client_b.received(), StartsWith("HTTP/1.1 503"));
    service.Send(kOk);
    EXPECT_TRUE(http.Receives(client_a, "ok"));
    service.Close();
    client_b.ClearReceived();
  }
  EXPECT_EQ(http.ClusterStat(kUpstreamRqPendingOverflow), 2u);
}

TEST(UpstreamLimits, ALimitOfZeroRefusesEverythingAndNoLimitCountsNothing) {
  HttpWorld none({.max_requests = 0});
  LoopbackPeer client = none.Client();
  client.Send(Request("GET"));
  EXPECT_TRUE(none.Receives(client, "overflow"));

  constexpr uint32_t kMany = UINT32_MAX;
  HttpWorld http({kMany, kMany, kMany, kMany});
  client = http.Client();
  client.Send(Request("GET"));
  LoopbackPeer service = http.Service();
  ASSERT_TRUE(http.Receives(service, "\r\n\r\n"));
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(http.cluster_scope().SharedCount(i), 0u);
}

TEST(UpstreamLimits, BeyondMaxPendingRequestsARequestIsRefused) {
  HttpWorld http({.max_pending_requests = 1});
  const LoopbackListener hanging(LoopbackListener::Mode::kHangs);
  http.Publish({hanging.address()});
  LoopbackPeer client_a = http.Client();
  LoopbackPeer client_b = http.Client();
  client_a.Send(Request("GET"));
  ASSERT_TRUE(http.world.RunUntil([&] { return http.ClusterStat(kUpstreamRqPendingActive) == 1; }));
  client_b.Send(Request("GET"));
  EXPECT_TRUE(http.Receives(client_b, "overflow"));
  EXPECT_EQ(http.ClusterStat(kUpstreamRqPendingOverflow), 1u);
}

}  // namespace
}  // namespace outrigger::test
