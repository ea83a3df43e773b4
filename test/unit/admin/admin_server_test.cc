#include "admin/admin_server.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "admin/admin_connection.h"
#include "stats/server_stats.h"
#include "test/unit/admin/admin_fixture.h"

namespace outrigger::admin {
namespace {

bool Contains(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

using AdminServerTest = AdminTest;

TEST_F(AdminServerTest, AnswersWithTheHeadersOfEnvoy) {
  const Answer answer = Get("/ready");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "LIVE\n");
  for (const char* field :
       {"content-type: text/plain; charset=UTF-8\r\n", "cache-control: no-cache, max-age=0\r\n",
        "x-content-type-options: nosniff\r\n", "server: envoy\r\n", "\r\ndate: "}) {
    EXPECT_TRUE(Contains(answer.head, field)) << field << " in " << answer.head;
  }
}

TEST_F(AdminServerTest, AnswersAnUnknownPathWithTheListOfPages) {
  const Answer answer = Get("/nope?x");
  EXPECT_EQ(answer.status, 404);
  EXPECT_TRUE(answer.body.starts_with("invalid path. admin commands are:\n  /: Admin home page\n"));
  EXPECT_TRUE(Contains(answer.body, "  /quitquitquit (POST): exit the server\n"));
}

constexpr const char* kMethods[] = {"GET",     "HEAD",  "PUT",   "DELETE",
                                    "OPTIONS", "PATCH", "TRACE", "PROPFIND"};

TEST_F(AdminServerTest, R71_WhatChangesSomethingIsDoneByPostAlone) {
  for (const Page& page : Pages()) {
    if (!page.changes_something) continue;
    for (const std::string method : kMethods) {
      const Answer answer =
          Ask(fmt::format("{} {} HTTP/1.1\r\nhost: a\r\n\r\n", method, page.path));
      EXPECT_EQ(answer.status, 405) << method << " " << page.path;
      if (method == "HEAD") continue;
      EXPECT_EQ(answer.body, "Method " + method + " not allowed, POST required.");
    }
  }
  EXPECT_FALSE(did_quit_);
}

// They say why there is nothing.
bool HasNoProfile(std::string_view path) { return path.ends_with("heap_dump"); }

// As in Envoy: what reads may be asked for by any method.
TEST_F(AdminServerTest, R71_WhatReadsAnswersEveryMethod) {
  for (const Page& page : Pages()) {
    if (page.changes_something) continue;
    for (const std::string method : {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"}) {
      const std::string length = method == "GET" ? "" : "content-length: 0\r\n";
      const Answer answer =
          Ask(fmt::format("{} {} HTTP/1.1\r\nhost: a\r\n{}\r\n", method, page.path, length));
      EXPECT_EQ(answer.status, HasNoProfile(page.path) ? 400 : 200) << method << " " << page.path;
      if (method == "HEAD") {
        EXPECT_EQ(answer.body, "") << page.path;
      }
    }
  }
  EXPECT_FALSE(did_quit_);
}

TEST_F(AdminServerTest, R71_WhatChangesAnythingIsKnown) {
  std::vector<std::string> changing;
  for (const Page& page : Pages()) {
    if (page.changes_something) changing.emplace_back(page.path);
  }
  EXPECT_THAT(changing, testing::ElementsAre("/allocprofiler", "/cpuprofiler", "/drain_listeners",
                                             "/healthcheck/fail", "/healthcheck/ok",
                                             "/heapprofiler", "/logging", "/quitquitquit",
                                             "/reset_counters", "/runtime_modify"));
}

TEST_F(AdminServerTest, QuitsByPost) {
  EXPECT_EQ(Post("/quitquitquit").body, "OK\n");
  EXPECT_TRUE(did_quit_);
}

TEST_F(AdminServerTest, ServesRequestsOfOneConnectionInOrder) {
  LoopbackPeer peer = Connect();
  peer.Send(
      "GET /ready HTTP/1.1\r\nhost: a\r\n\r\nGET /stats?format=json HTTP/1.1\r\nhost: a\r\n\r\n"
      "GET /help HTTP/1.1\r\nhost: a\r\n\r\n");
  const Answer first = Await(peer);
  const Answer second = Await(peer, first.bytes);
  const Answer third = Await(peer, first.bytes + second.bytes);
  EXPECT_EQ(first.body, "LIVE\n");
  EXPECT_TRUE(second.body.starts_with("{\"stats\":["));
  EXPECT_TRUE(third.body.starts_with("admin commands are:\n"));
  EXPECT_FALSE(peer.saw_eof());
}

TEST_F(AdminServerTest, ClosesAfterTheAnswerWhenAsked) {
  LoopbackPeer peer = Connect();
  peer.Send("GET /ready HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  EXPECT_EQ(Await(peer).body, "LIVE\n");
  EXPECT_TRUE(world_.RunUntil([&] { return !peer.Receive(); }));
  EXPECT_TRUE(peer.saw_eof());
}

TEST_F(AdminServerTest, AnswersHeadWithoutABody) {
  LoopbackPeer peer = Connect();
  peer.Send("HEAD /stats HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
  EXPECT_TRUE(world_.RunUntil([&] { return !peer.Receive(); }));
  EXPECT_TRUE(peer.received().starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(peer.received().ends_with("\r\n\r\n"));
}

TEST_F(AdminServerTest, RefusesABodyAboveItsMaximum) {
  const size_t size = AdminConnection::kRequestBodyBytesMax + 1;
  LoopbackPeer peer = Connect();
  peer.Send("POST /quitquitquit HTTP/1.1\r\nhost: a\r\ncontent-length: " + std::to_string(size) +
            "\r\n\r\n");
  const std::string body(size, 'x');
  size_t sent = 0;
  EXPECT_TRUE(world_.RunUntil([&] {
    sent += peer.Send(std::string_view(body).substr(sent));
    peer.Receive();
    return ParseAnswer(peer.received()).has_value();
  }));
  EXPECT_EQ(ParseAnswer(peer.received())->status, 413);
  EXPECT_FALSE(did_quit_);
}

TEST_F(AdminServerTest, TakesABodyOfItsMaximum) {
  const std::string body(AdminConnection::kRequestBodyBytesMax, 'x');
  LoopbackPeer peer = Connect();
  const std::string request =
      "POST /quitquitquit HTTP/1.1\r\nhost: a\r\ncontent-length: " + std::to_string(body.size()) +
      "\r\n\r\n" + body;
  size_t sent = 0;
  EXPECT_TRUE(world_.RunUntil([&] {
    sent += peer.Send(std::string_view(request).substr(sent));
    peer.Receive();
    return ParseAnswer(peer.received()).has_value();
  }));
  EXPECT_EQ(ParseAnswer(peer.received())->body, "OK\n");
}

TEST_F(AdminServerTest, AnswersGarbageAndCloses) {
  LoopbackPeer peer = Connect();
  peer.Send("\x16\x03\x01 what\r\n\r\n");
  EXPECT_TRUE(world_.RunUntil([&] { return !peer.Receive(); }));
  EXPECT_TRUE(peer.received().starts_with("HTTP/1.1 400 "));
}

TEST_F(AdminServerTest, RefusesConnectionsBeyondItsMaximum) {
  std::vector<LoopbackPeer> peers;
  for (size_t i = 0; i < AdminServer::kConnectionsMax; ++i) peers.push_back(Connect());
  for (LoopbackPeer& peer : peers) peer.Send("GET /ready HTTP/1.1\r\nhost: a\r\n\r\n");
  for (LoopbackPeer& peer : peers) EXPECT_EQ(Await(peer).status, 200);
  LoopbackPeer further = Connect();
  EXPECT_TRUE(world_.RunUntil([&] { return !further.Receive(); }));
  peers.clear();
  world_.RunTurns(5);
  EXPECT_EQ(Get("/ready").status, 200);
}

TEST_F(AdminServerTest, WritesALongAnswerNoFasterThanThePeerTakesIt) {
  std::vector<std::shared_ptr<stats::Scope>> scopes;
  for (int i = 0; i < 20000; ++i) {
    scopes.push_back(stats_.Find(stats::kServerFamily, std::to_string(i)));
  }
  LoopbackPeer peer = Connect();
  peer.Send("GET /stats HTTP/1.1\r\nhost: a\r\n\r\n");
  const size_t slabs_before = world_.slabs.slabs_out();
  world_.RunTurns(2000);
  EXPECT_LT(world_.slabs.slabs_out(), slabs_before + 64);  // 1 MiB
  const Answer answer = Await(peer);
  EXPECT_GT(answer.body.size(), 4'000'000u);
  EXPECT_TRUE(Contains(answer.body, "server.19999.uptime: 0\n"));
}

TEST_F(AdminServerTest, ServesOthersWhileALongAnswerIsUnderWay) {
  std::vector<std::shared_ptr<stats::Scope>> scopes;
  for (int i = 0; i < 20000; ++i) {
    scopes.push_back(stats_.Find(stats::kServerFamily, std::to_string(i)));
  }
  LoopbackPeer slow = Connect();
  slow.Send("GET /stats HTTP/1.1\r\nhost: a\r\n\r\n");
  world_.RunTurns(3);
  LoopbackPeer quick = Connect();
  quick.Send("GET /ready HTTP/1.1\r\nhost: a\r\n\r\n");
  world_.RunTurns(10);
  quick.Receive();
  EXPECT_TRUE(ParseAnswer(quick.received()).has_value());
  EXPECT_EQ(Await(slow).status, 200);
}

TEST_F(AdminServerTest, OutlivesAPeerThatLeavesDuringALongAnswer) {
  std::vector<std::shared_ptr<stats::Scope>> scopes;
  for (int i = 0; i < 5000; ++i) {
    scopes.push_back(stats_.Find(stats::kServerFamily, std::to_string(i)));
  }
  LoopbackPeer peer = Connect();
  peer.Send("GET /stats HTTP/1.1\r\nhost: a\r\n\r\n");
  world_.RunTurns(3);
  peer.Reset();
  world_.RunTurns(20);
  EXPECT_EQ(Get("/ready").status, 200);
}

TEST_F(AdminServerTest, ForgetsAPeerThatLeavesWhileControlIsAsked) {
  holds_ledgers_ = true;
  LoopbackPeer peer = Connect();
  peer.Send("GET /clusters HTTP/1.1\r\nhost: a\r\n\r\n");
  EXPECT_TRUE(world_.RunUntil([&] { return waiting_.size() == 1; }));
  peer.Reset();
  world_.RunTurns(10);
  waiting_[0](ledger_);
  world_.RunTurns(5);
  EXPECT_EQ(Get("/ready").status, 200);
}

TEST_F(AdminServerTest, IgnoresALedgerThatComesAfterItsEnd) {
  holds_ledgers_ = true;
  LoopbackPeer peer = Connect();
  peer.Send("GET /clusters HTTP/1.1\r\nhost: a\r\n\r\n");
  EXPECT_TRUE(world_.RunUntil([&] { return waiting_.size() == 1; }));
  server_.reset();
  waiting_[0](ledger_);
}

TEST_F(AdminServerTest, ClosesAnIdleConnection) {
  LoopbackPeer peer = Connect();
  world_.RunTurns(5);
  world_.Pass(AdminConnection::kIdleTimeout + std::chrono::seconds(1));
  EXPECT_TRUE(world_.RunUntil([&] { return !peer.Receive(); }));
}

}  // namespace
}  // namespace outrigger::admin
