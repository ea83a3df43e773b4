// R60: one exchange, cut at every point by everything that can cut it. Nothing may run on it
// afterwards (AddressSanitizer looks on), and every count comes back to where it was.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/cluster_stats.h"
#include "http/http_stats.h"
#include "test/support/http_world.h"

namespace outrigger::test {
namespace {

constexpr int kTurns = 6;  // enough for what one piece sets off

// What a client and a service say to each other in one exchange, piece by piece.
struct Conversation {
  explicit Conversation(HttpWorld& world) : http(world) {}

  struct Piece {
    enum class From { kClient, kService } from;
    std::string_view bytes;
  };
  static const std::vector<Piece>& Pieces() {
    using enum Piece::From;
    static const std::vector<Piece> kPieces = {
        {kClient, "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Enc"},
        {kClient, "oding: chunked\r\n\r\n"},
        {kClient, "5\r\nhello\r\n"},
        {kService, "HTTP/1.1 103 Early Hints\r\n\r\n"},
        {kClient, "5\r\nwor"},
        {kClient, "ld\r\n0\r\nx-sum: 1\r\n\r\n"},
        {kService, "HTTP/1.1 200 OK\r\nTransfer-En"},
        {kService, "coding: chunked\r\n\r\n3\r\na"},
        {kService, "bc\r\n"},
        {kService, "0\r\nx-sum: 2\r\n\r\n"},
    };
    return kPieces;
  }

  void Say(const Piece& piece) {
    if (!client.is_open() && !was_started) client = http.Client();
    was_started = true;
    LoopbackPeer& peer = piece.from == Piece::From::kClient ? client : service;
    if (peer.is_open()) peer.Send(piece.bytes);
    http.RunTurns(kTurns);
    if (!service.is_open() && http.has_waiting_service()) service = http.Service();
    http.RunTurns(kTurns);
  }
  void SayFirst(size_t count) {
    for (size_t i = 0; i < count; ++i) Say(Pieces()[i]);
  }

  HttpWorld& http;
  LoopbackPeer client;
  LoopbackPeer service;
  bool was_started = false;
};

struct Cut {
  std::string_view name;
  std::function<void(Conversation&)> apply;
};

const std::vector<Cut>& Cuts() {
  static const std::vector<Cut> kCuts = {
      {"client resets", [](Conversation& c) { c.client.Reset(); }},
      {"client closes", [](Conversation& c) { c.client.Close(); }},
      {"client finishes sending", [](Conversation& c) { c.client.ShutdownWrite(); }},
      {"service resets", [](Conversation& c) { c.service.Reset(); }},
      {"service closes", [](Conversation& c) { c.service.Close(); }},
      {"both reset",
       [](Conversation& c) {
         c.client.Reset();
         c.service.Reset();
       }},
      {"route timeout", [](Conversation& c) { c.http.world.Pass(HttpWorld::kRouteTimeout); }},
      {"idle timeout", [](Conversation& c) { c.http.world.Pass(HttpWorld::kIdleTimeout); }},
      {"client sends nonsense", [](Conversation& c) { c.client.Send("\x01\r\n\r\n"); }},
      {"service sends nonsense", [](Conversation& c) { c.service.Send("\x01\r\n\r\n"); }},
      {"cluster is removed", [](Conversation& c) { c.http.PublishNothing(); }},
      {"endpoint is removed", [](Conversation& c) { c.http.Publish({}); }},
      {"worker stops", [](Conversation& c) { c.http.CloseAll(); }},
  };
  return kCuts;
}

void ExpectNothingIsLeft(HttpWorld& http) {
  EXPECT_TRUE(http.BecomesEmpty());
  EXPECT_EQ(http.HttpStat(http::kDownstreamRqActive), 0u);
  EXPECT_EQ(http.HttpStat(http::kDownstreamCxActive), 0u);
  EXPECT_EQ(http.ClusterStat(kUpstreamRqActive), 0u);
  EXPECT_EQ(http.ClusterStat(kUpstreamRqPendingActive), 0u);
  EXPECT_EQ(http.ClusterStat(kUpstreamCxActive), 0u);
  for (size_t i = 0; i < 3; ++i) EXPECT_EQ(http.cluster_scope().SharedCount(i), 0u) << i;
  EXPECT_EQ(http.world.sockets.open_descriptors(), 0u);
}

TEST(ExchangeCut, R60_NothingIsLeftOfAnExchangeThatIsCutBetweenAnyTwoPieces) {
  for (const Cut& cut : Cuts()) {
    for (size_t at = 1; at <= Conversation::Pieces().size(); ++at) {
      SCOPED_TRACE(testing::Message() << cut.name << " after piece " << at);
      HttpWorld http;
      Conversation conversation(http);
      conversation.SayFirst(at);
      cut.apply(conversation);
      // The others talk on, as long as there is someone to talk to.
      for (size_t i = at; i < Conversation::Pieces().size(); ++i) {
        conversation.Say(Conversation::Pieces()[i]);
      }
      conversation.client.Close();
      conversation.service.Close();
      ExpectNothingIsLeft(http);
    }
  }
}

// Has the whole conversation, with `on_call` before each socket call of the proxy. Returns how many
// there were.
int TalkThrough(const std::function<void(Conversation&, int index, SocketCall)>& on_call) {
  HttpWorld http;
  Conversation conversation(http);
  int calls = 0;
  http.world.sockets.OnEachCall([&](SocketCall call) { on_call(conversation, calls++, call); });
  conversation.SayFirst(Conversation::Pieces().size());
  http.world.sockets.OnEachCall({});
  conversation.client.Close();
  conversation.service.Close();
  // A listener that met an error accepts again after its pause.
  http.world.Pass(ListenSocket::kPause);
  ExpectNothingIsLeft(http);
  return calls;
}

int CallsOfAWholeConversation() {
  const int calls = TalkThrough([](Conversation&, int, SocketCall) {});
  EXPECT_GT(calls, 20);
  return calls;
}

// Finer than the pieces: whatever the proxy is in the midst of when it next asks the kernel.
TEST(ExchangeCut, R60_NothingIsLeftOfAnExchangeThatIsCutAtAnySocketCall) {
  const int calls = CallsOfAWholeConversation();
  for (const Cut& cut : {Cuts()[0], Cuts()[1], Cuts()[3], Cuts()[4], Cuts()[5]}) {
    for (int at = 0; at < calls; ++at) {
      SCOPED_TRACE(testing::Message() << cut.name << " before socket call " << at);
      TalkThrough([&](Conversation& conversation, int index, SocketCall) {
        if (index == at) cut.apply(conversation);
      });
    }
  }
}

TEST(ExchangeCut, R60_NothingIsLeftOfAnExchangeWhateverSocketCallFails) {
  const int calls = CallsOfAWholeConversation();
  for (const int error : {ECONNRESET, EPIPE, EMFILE, ENOBUFS}) {
    for (int at = 0; at < calls; ++at) {
      SCOPED_TRACE(testing::Message() << "error " << error << " of socket call " << at);
      TalkThrough([&](Conversation& conversation, int index, SocketCall call) {
        if (index == at) conversation.http.world.sockets.FailNext(call, error);
      });
    }
  }
}

TEST(ExchangeCut, TheWorkerStopsWhileAConnectHangs) {
  const LoopbackListener hanging(LoopbackListener::Mode::kHangs);
  HttpWorld http;
  http.Publish({hanging.address()});
  LoopbackPeer client = http.Client();
  client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(http.world.RunUntil([&] { return http.ClusterStat(kUpstreamCxActive) == 1; }));
}

TEST(ExchangeCut, AnEndpointThatGoesWithItsRequestLeavesNoConnectionBehind) {
  const LoopbackListener hanging(LoopbackListener::Mode::kHangs);
  HttpWorld http;
  http.Publish({hanging.address()});
  LoopbackPeer client = http.Client();
  client.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(http.world.RunUntil([&] { return http.ClusterStat(kUpstreamCxActive) == 1; }));
  http.Publish({});
  client.Reset();
  ExpectNothingIsLeft(http);
}

}  // namespace
}  // namespace outrigger::test
