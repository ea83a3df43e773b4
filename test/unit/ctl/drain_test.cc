#include "ctl/drain.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <vector>

#include "test/support/raw_peer.h"

namespace outrigger::ctl {
namespace {

using test::RawListener;
using test::RawPeer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nOK\n";

// An admin server in the test's hand, and what Drain says meanwhile.
class DrainTest : public testing::Test {
 protected:
  std::future<int> Start(const DrainOptions& options) {
    const Address address = Address::FromIp("127.0.0.1", admin_.port()).value();
    return std::async(std::launch::async, [this, address, options] {
      return Drain(AdminClient(address), options,
                   {[this](std::string_view line) { said_.emplace_back(line); },
                    [](std::chrono::milliseconds) {}});
    });
  }
  // Takes the next request and answers it; what was asked.
  std::string Answer(std::string_view response) {
    RawPeer peer = admin_.Accept();
    const std::string head = peer.ReadUntil("\r\n\r\n");
    EXPECT_TRUE(peer.Send(response));
    EXPECT_TRUE(peer.HasEnded());
    return head.substr(0, head.find(" HTTP/1.1"));
  }
  static std::string Page(const std::string& body) {
    return fmt::format("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{}", body.size(), body);
  }
  static std::string Connections(int count) {
    return Page(
        fmt::format("http.a.downstream_cx_active: 7\n"
                    "listener.127.0.0.1_80.downstream_cx_active: {}\n"
                    "listener.admin.downstream_cx_active: 1\n",
                    count));
  }

  RawListener admin_;
  std::vector<std::string> said_;
};

TEST_F(DrainTest, WaitsUntilNoConnectionIsLeft) {
  std::future<int> status = Start({.graceful = true});
  EXPECT_EQ(Answer(kOk), "POST /drain_listeners?graceful");
  EXPECT_EQ(Answer(Connections(2)), "GET /stats?filter=downstream_cx_active$");
  Answer(Connections(2));
  Answer(Connections(1));
  Answer(Connections(0));
  EXPECT_EQ(status.get(), 0);
  EXPECT_THAT(said_, ElementsAre("draining", "2 connections left", "1 connection left",
                                 "0 connections left"));
}

TEST_F(DrainTest, OutboundListenersAreNotWaitedForWhenTheyGoOn) {
  std::future<int> status = Start({.inbound_only = true});
  EXPECT_EQ(Answer(Page("{configs: [{static_listeners: [{listener: {traffic_direction: OUTBOUND, "
                        "address: {socket_address: {address: 127.0.0.1, port_value: 80}}}}]}]}")),
            "GET /config_dump");
  EXPECT_EQ(Answer(kOk), "POST /drain_listeners?inboundonly");
  Answer(Connections(5));
  EXPECT_EQ(status.get(), 0);
  EXPECT_THAT(said_, ElementsAre("draining", "0 connections left"));
}

TEST_F(DrainTest, GivesUpAfterItsTime) {
  std::future<int> status = Start({.wait_max = std::chrono::seconds(0)});
  Answer(kOk);
  Answer(Connections(1));
  EXPECT_EQ(status.get(), 1);
  EXPECT_THAT(said_, ElementsAre("draining", "1 connection left", "gave up after 0 s"));
}

TEST_F(DrainTest, DoesNotWaitUnlessItIsToldTo) {
  std::future<int> status = Start({.skip_exit = true, .waits = false});
  EXPECT_EQ(Answer(kOk), "POST /drain_listeners?skip_exit");
  EXPECT_EQ(status.get(), 0);
}

TEST_F(DrainTest, ARefusalIsTold) {
  std::future<int> status = Start({});
  Answer("HTTP/1.1 404 Not Found\r\ncontent-length: 7\r\n\r\nno page");
  EXPECT_EQ(status.get(), 1);
  EXPECT_THAT(said_, ElementsAre("refused with 404: no page"));
}

TEST_F(DrainTest, ABrokenAnswerIsTold) {
  std::future<int> status = Start({});
  RawPeer peer = admin_.Accept();
  peer.ReadUntil("\r\n\r\n");
  EXPECT_TRUE(peer.Send("nonsense\r\n\r\n"));
  peer.Close();
  EXPECT_EQ(status.get(), 2);
  EXPECT_THAT(said_, ElementsAre(fmt::format("127.0.0.1:{}: the answer is broken", admin_.port())));
}

TEST(DrainTargetTest, NamesWhatIsAskedFor) {
  EXPECT_EQ(DrainTarget({}), "/drain_listeners");
  EXPECT_EQ(DrainTarget({.inbound_only = true, .skip_exit = true, .graceful = true}),
            "/drain_listeners?inboundonly&graceful&skip_exit");
}

TEST(OutboundListenersTest, AreThoseOfBothKindsByTheirNamesInStats) {
  EXPECT_THAT(
      OutboundListeners("{configs: [{static_listeners: [{listener: {stat_prefix: s, "
                        "traffic_direction: OUTBOUND}}, {listener: {stat_prefix: t}}]}, "
                        "{dynamic_listeners: [{active_state: {listener: {traffic_direction: "
                        "OUTBOUND, address: {socket_address: {address: '::1', port_value: 5}}}}}, "
                        "{name: x}]}]}"),
      ElementsAre("__1_5", "s"));
  EXPECT_THAT(OutboundListeners("nonsense"), IsEmpty());
}

TEST(AdminAddressTest, IsAnAddressOrAPath) {
  EXPECT_EQ(ParseAdminAddress("127.0.0.1:15000")->ToString(), "127.0.0.1:15000");
  EXPECT_EQ(ParseAdminAddress("[::1]:15000")->ToString(), "[::1]:15000");
  EXPECT_EQ(ParseAdminAddress("unix:admin.sock")->path(), "admin.sock");
  EXPECT_EQ(ParseAdminAddress("/run/admin.sock")->path(), "/run/admin.sock");
  for (const char* text : {"", "127.0.0.1", "localhost:80", "127.0.0.1:x", "127.0.0.1:70000"}) {
    EXPECT_EQ(ParseAdminAddress(text).status().message(),
              fmt::format("\"{}\" is neither ADDRESS:PORT nor the path of a Unix socket", text));
  }
}

}  // namespace
}  // namespace outrigger::ctl
