#include "event/event_loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "test/support/fake_clock.h"

namespace outrigger {
namespace {

// Both ends of a socket pair, the first of them registered.
class Ends final : public IoHandler {
 public:
  explicit Ends(EventLoop& loop) : loop_(loop) {
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds_), 0);
  }
  ~Ends() override {
    Unregister();
    close(fds_[0]);
    close(fds_[1]);
  }
  void Register() { is_registered_ = loop_.Register(fds_[0], *this).ok(); }
  void RegisterLevel() { is_registered_ = loop_.RegisterLevel(fds_[0], *this).ok(); }
  void Unregister() {
    if (is_registered_) loop_.Unregister(fds_[0], *this);
    is_registered_ = false;
  }
  void SetEnabled(bool is_enabled) { loop_.SetLevelEnabled(fds_[0], *this, is_enabled); }
  void SendFromFarEnd() { EXPECT_EQ(write(fds_[1], "x", 1), 1); }
  void ShutDownFarEnd() { shutdown(fds_[1], SHUT_WR); }
  void OnIo(IoEvents events) override {
    ++calls;
    last = events;
    if (on_io) on_io();
  }

  int calls = 0;
  IoEvents last;
  std::function<void()> on_io;

 private:
  EventLoop& loop_;
  int fds_[2];
  bool is_registered_ = false;
};

class CountingHandler final : public EventLoop::TurnEndHandler {
 public:
  void OnTurnEnd() override {
    ++calls;
    if (on_turn_end) on_turn_end();
  }
  int calls = 0;
  std::function<void()> on_turn_end;
};

// Destroys into a log.
struct Doomed {
  Doomed(std::string& where, char what) : log(where), name(what) {}
  ~Doomed() {
    log += name;
    if (on_destroy) on_destroy();
  }
  std::string& log;
  char name;
  std::function<void()> on_destroy;
};

class EventLoopTest : public testing::Test {
 protected:
  void RunTurn() { loop_.RunOnce(Duration::zero()); }

  FakeClock clock_;
  EventLoop loop_{clock_};
};

TEST_F(EventLoopTest, TellsAnEdgeOnce) {
  Ends ends(loop_);
  ends.Register();
  RunTurn();
  EXPECT_TRUE(ends.last.writable);
  EXPECT_FALSE(ends.last.readable);
  ends.SendFromFarEnd();
  RunTurn();
  RunTurn();
  EXPECT_EQ(ends.calls, 2);
  EXPECT_TRUE(ends.last.readable);
}

TEST_F(EventLoopTest, TellsTheEndOfAStreamAsReadableAndHungUp) {
  Ends ends(loop_);
  ends.Register();
  ends.ShutDownFarEnd();
  RunTurn();
  EXPECT_TRUE(ends.last.readable);
  EXPECT_TRUE(ends.last.hangup);
}

TEST_F(EventLoopTest, RepeatsALevelUntilItIsDisabled) {
  Ends ends(loop_);
  ends.RegisterLevel();
  ends.SendFromFarEnd();
  RunTurn();
  RunTurn();
  EXPECT_EQ(ends.calls, 2);
  ends.SetEnabled(false);
  RunTurn();
  EXPECT_EQ(ends.calls, 2);
  ends.SetEnabled(true);
  RunTurn();
  EXPECT_EQ(ends.calls, 3);
}

TEST_F(EventLoopTest, DropsFetchedEventsOfAHandlerThatLeaves) {
  Ends first(loop_), second(loop_);
  first.Register();
  second.Register();
  first.on_io = [&] { second.Unregister(); };
  second.on_io = [&] { first.Unregister(); };
  RunTurn();
  EXPECT_EQ(first.calls + second.calls, 1);
}

TEST_F(EventLoopTest, DropsEventsFetchedForAnEarlierUserOfTheDescriptor) {
  Ends ends(loop_), other(loop_);
  ends.Register();
  other.Register();
  // Whoever comes first replaces the other's registration by a new one of the same number.
  ends.on_io = [&] {
    if (ends.calls + other.calls == 1) other.Unregister(), other.Register();
  };
  other.on_io = [&] {
    if (ends.calls + other.calls == 1) ends.Unregister(), ends.Register();
  };
  RunTurn();
  EXPECT_EQ(ends.calls + other.calls, 1);
  RunTurn();
  EXPECT_EQ(ends.calls + other.calls, 2);
}

TEST_F(EventLoopTest, ADescriptorThatIsClosedNextTellsNothingMoreNorDoesItsNumber) {
  Ends peer(loop_);
  int fds[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
  ASSERT_TRUE(loop_.Register(fds[0], peer).ok());
  ASSERT_EQ(write(fds[1], "x", 1), 1);
  loop_.UnregisterClosing(fds[0], peer);
  close(fds[0]);
  RunTurn();
  EXPECT_EQ(peer.calls, 0);
  const int again = dup2(fds[1], fds[0]);  // the number is in use again
  ASSERT_TRUE(loop_.Register(again, peer).ok());
  RunTurn();
  EXPECT_EQ(peer.calls, 1);  // that its own other end is gone
  loop_.Unregister(again, peer);
  close(again);
  close(fds[1]);
}

TEST_F(EventLoopTest, RefusesADescriptorThatCannotBeWaitedFor) {
  Ends ends(loop_);
  const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_FALSE(loop_.Register(file, ends).ok());
  close(file);
}

TEST_F(EventLoopTest, RunsTurnEndHandlersOnceAndLaterOnesNextTurn) {
  CountingHandler handler;
  handler.on_turn_end = [&] {
    if (handler.calls < 3) loop_.AtTurnEnd(handler);
  };
  loop_.AtTurnEnd(handler);
  loop_.AtTurnEnd(handler);
  RunTurn();
  EXPECT_EQ(handler.calls, 1);
  RunTurn();
  RunTurn();
  RunTurn();
  EXPECT_EQ(handler.calls, 3);
}

TEST_F(EventLoopTest, DoesNotSleepWhileSomethingIsLeftToDo) {
  CountingHandler handler;
  loop_.AtTurnEnd(handler);
  loop_.RunOnce(std::chrono::hours(1));
  EXPECT_EQ(handler.calls, 1);
}

TEST_F(EventLoopTest, ForgetsATurnEndHandlerThatIsDestroyed) {
  CountingHandler last;
  auto doomed = std::make_unique<CountingHandler>();
  CountingHandler first;
  first.on_turn_end = [&] { doomed.reset(); };
  loop_.AtTurnEnd(first);
  loop_.AtTurnEnd(*doomed);
  loop_.AtTurnEnd(last);
  RunTurn();
  EXPECT_EQ(last.calls, 1);
}

TEST_F(EventLoopTest, DestroysDeferredObjectsAfterTurnEndHandlersInOrder) {
  std::string log;
  CountingHandler handler;
  handler.on_turn_end = [&] { log += "turn-end "; };
  loop_.DeferDelete(std::make_unique<Doomed>(log, 'a'));
  loop_.DeferDelete(std::make_unique<Doomed>(log, 'b'));
  loop_.AtTurnEnd(handler);
  EXPECT_EQ(log, "");
  RunTurn();
  EXPECT_EQ(log, "turn-end ab");
}

TEST_F(EventLoopTest, DestroysWhatADestructorDefers) {
  std::string log;
  auto outer = std::make_unique<Doomed>(log, 'a');
  outer->on_destroy = [&] { loop_.DeferDelete(std::make_unique<Doomed>(log, 'b')); };
  loop_.DeferDelete(std::move(outer));
  RunTurn();
  EXPECT_EQ(log, "ab");
}

TEST(EventLoopDestructionTest, DestroysWhatIsStillDeferred) {
  std::string log;
  {
    FakeClock clock;
    EventLoop loop(clock);
    loop.DeferDelete(std::make_unique<Doomed>(log, 'a'));
  }
  EXPECT_EQ(log, "a");
}

TEST_F(EventLoopTest, RunsTasksInPostingOrder) {
  std::string log;
  EXPECT_TRUE(loop_.Post([&] { log += 'a'; }));
  EXPECT_TRUE(loop_.Post([&] {
    log += 'b';
    loop_.Post([&] { log += 'd'; });
  }));
  EXPECT_TRUE(loop_.Post([&] { log += 'c'; }));
  RunTurn();
  RunTurn();
  EXPECT_EQ(log, "abcd");
}

TEST_F(EventLoopTest, RunsWhatWasPostedBeforeStopAndRefusesTheRest) {
  int runs = 0;
  loop_.Post([&] { ++runs; });
  loop_.Stop();
  loop_.Run();
  EXPECT_EQ(runs, 1);
  EXPECT_FALSE(loop_.Post([&] { ++runs; }));
  EXPECT_EQ(runs, 1);
}

TEST_F(EventLoopTest, CachesTheTimeForOneTurn) {
  const MonotonicTime before = loop_.now();
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(loop_.now(), before);
  RunTurn();
  EXPECT_EQ(loop_.now(), before + std::chrono::seconds(1));
}

TEST(EventLoop, CountsTurnsInWhichOthersWaitedTooLong) {
  FakeClock clock;
  EventLoop loop(clock);
  const auto turn = [&](Duration length) {
    loop.Post([&clock, length] { clock.Advance(length); });
    loop.RunOnce(Duration::zero());
  };
  turn(EventLoop::kSlowTurn);
  EXPECT_EQ(loop.slow_turns(), 0u);
  turn(EventLoop::kSlowTurn + std::chrono::milliseconds(1));
  EXPECT_EQ(loop.slow_turns(), 1u);
  EXPECT_EQ(loop.stuck_turns(), 0u);
  turn(EventLoop::kStuckTurn + std::chrono::milliseconds(1));
  EXPECT_EQ(loop.slow_turns(), 2u);
  EXPECT_EQ(loop.stuck_turns(), 1u);
}

}  // namespace
}  // namespace outrigger
