// R36: a connection that asks for one turn of the loop after another and does nothing with them is
// closed; one that does something, however slowly, is not.
#include <gtest/gtest.h>

#include <string>

#include "net/connection.h"
#include "test/support/loopback.h"

namespace outrigger {
namespace {

class ConnectionSpinTest : public testing::Test {
 protected:
  void SetUp() override {
    filter_.Take(Connection::FromAccepted(world_.net, pair_.near, Address()));
    bystander_.Take(Connection::FromAccepted(world_.net, bystander_pair_.near, Address()));
    world_.RunTurns(2);
  }
  Connection& connection() { return filter_.connection(); }
  void ExpectBystanderServed() {
    bystander_pair_.far.Send("hello");
    EXPECT_TRUE(world_.RunUntil([&] { return bystander_.bytes == "hello"; }));
    EXPECT_FALSE(bystander_.is_closed());
  }
  void SendUntaken(std::string_view bytes) {
    filter_.take_max = 0;
    pair_.far.Send(bytes);
    ASSERT_TRUE(world_.RunUntil([&] { return !filter_.offers.empty(); }));
  }

  LoopWorld world_;
  TcpPair pair_;
  TcpPair bystander_pair_;
  RecordingFilter filter_{world_};
  RecordingFilter bystander_{world_};
};

TEST_F(ConnectionSpinTest, R36_AFilterThatAsksAgainAndAgainForWhatItDoesNotTakeIsClosed) {
  filter_.on_bytes = [this](std::string_view) { connection().OfferKeptBytes(); };
  SendUntaken("x");
  ASSERT_TRUE(world_.RunUntil([&] { return filter_.is_closed(); }));
  EXPECT_EQ(filter_.reason, CloseReason::kSpun);
  EXPECT_LE(filter_.offers.size(), Connection::kSpinsMax + 2);
  EXPECT_GE(filter_.offers.size(), Connection::kSpinsMax);
  ExpectBystanderServed();
}

TEST_F(ConnectionSpinTest, R36_OneThatTakesAByteInEachTurnGoesOn) {
  filter_.on_bytes = [this](std::string_view) { connection().OfferKeptBytes(); };
  SendUntaken(std::string(3 * Connection::kSpinsMax, 'x'));
  filter_.take_max = 1;
  world_.RunTurns(4 * Connection::kSpinsMax);
  EXPECT_EQ(filter_.bytes.size(), 3 * Connection::kSpinsMax);
  EXPECT_FALSE(filter_.is_closed());
}

// What others ask for in events of their own is no loop, however often nothing comes of it.
TEST_F(ConnectionSpinTest, R36_AsManyTurnsAsEventsAskForAreGiven) {
  SendUntaken("x");
  for (uint32_t i = 0; i < 3 * Connection::kSpinsMax; ++i) {
    connection().OfferKeptBytes();
    world_.RunTurns(1);
  }
  EXPECT_GE(filter_.offers.size(), 3 * Connection::kSpinsMax);
  EXPECT_FALSE(filter_.is_closed());
}

TEST_F(ConnectionSpinTest, R36_TwoThatWakeEachOtherForNothingAreClosed) {
  bystander_.take_max = 0;
  bystander_pair_.far.Send("y");
  SendUntaken("x");
  ASSERT_TRUE(world_.RunUntil([&] { return !bystander_.offers.empty(); }));
  filter_.on_bytes = [this](std::string_view) { bystander_.connection().OfferKeptBytes(); };
  bystander_.on_bytes = [this](std::string_view) { connection().OfferKeptBytes(); };
  connection().OfferKeptBytes();
  const auto is_one_closed = [&] { return filter_.is_closed() || bystander_.is_closed(); };
  for (uint32_t i = 0; i < 4 * Connection::kSpinsMax && !is_one_closed(); ++i) world_.RunTurns(1);
  ASSERT_TRUE(is_one_closed());
  const CloseReason reason = filter_.is_closed() ? filter_.reason : bystander_.reason;
  EXPECT_EQ(reason, CloseReason::kSpun);
  filter_.on_bytes = bystander_.on_bytes = nullptr;
}

}  // namespace
}  // namespace outrigger
