#include "event/timer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "event/event_loop.h"
#include "test/support/fake_clock.h"

namespace outrigger {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

class TimerTest : public testing::Test {
 protected:
  void Pass(Duration time) {
    clock_.Advance(time);
    loop_.RunOnce(Duration::zero());
  }

  FakeClock clock_;
  EventLoop loop_{clock_};
  int fired_ = 0;
  Timer timer_{loop_, [this] { ++fired_; }};
};

TEST_F(TimerTest, FiresOnceAfterItsDelayAndNeverEarly) {
  timer_.Arm(milliseconds(10));
  Pass(milliseconds(9));
  EXPECT_EQ(fired_, 0);
  Pass(milliseconds(1) + TimerWheel::kTick);
  EXPECT_EQ(fired_, 1);
  EXPECT_FALSE(timer_.is_armed());
  Pass(seconds(10));
  EXPECT_EQ(fired_, 1);
}

TEST_F(TimerTest, FiresInTheNextTickWhenItHasNoDelay) {
  timer_.Arm(Duration::zero());
  Pass(TimerWheel::kTick);
  EXPECT_EQ(fired_, 1);
}

TEST_F(TimerTest, R76_TheLongestDelayIsNotOver) {
  Pass(seconds(10));
  timer_.Arm(Duration::max());
  Pass(hours(24 * 365));
  EXPECT_EQ(fired_, 0);
  EXPECT_TRUE(timer_.is_armed());
}

TEST_F(TimerTest, DoesNotFireWhenDisarmed) {
  timer_.Arm(seconds(1));
  timer_.Disarm();
  EXPECT_FALSE(timer_.is_armed());
  Pass(seconds(2));
  EXPECT_EQ(fired_, 0);
}

TEST_F(TimerTest, StaysWhereItLiesWhenArmedForLater) {
  timer_.Arm(seconds(1));
  const uint64_t tick = timer_.tick();
  timer_.Arm(seconds(5));
  EXPECT_EQ(timer_.tick(), tick);
  Pass(seconds(2));
  EXPECT_EQ(fired_, 0);
  EXPECT_GT(timer_.tick(), tick);
  Pass(seconds(4));
  EXPECT_EQ(fired_, 1);
}

TEST_F(TimerTest, MovesForwardWhenArmedForSooner) {
  timer_.Arm(seconds(5));
  timer_.Arm(seconds(1));
  Pass(seconds(1) + TimerWheel::kTick);
  EXPECT_EQ(fired_, 1);
  Pass(seconds(10));
  EXPECT_EQ(fired_, 1);
}

TEST_F(TimerTest, KeepsTheLastOfSeveralDeadlines) {
  timer_.Arm(seconds(10));
  timer_.Arm(seconds(20));
  timer_.Disarm();
  timer_.Arm(seconds(15));
  Pass(seconds(14));
  EXPECT_EQ(fired_, 0);
  Pass(seconds(2));
  EXPECT_EQ(fired_, 1);
}

TEST_F(TimerTest, FiresBeyondTheReachOfTheWheel) {
  timer_.Arm(hours(100));
  for (int i = 0; i < 99; ++i) Pass(hours(1));
  EXPECT_EQ(fired_, 0);
  Pass(hours(1) + TimerWheel::kTick);
  EXPECT_EQ(fired_, 1);
}

TEST_F(TimerTest, MayBeArmedAgainByItsCallback) {
  int rounds = 0;
  std::unique_ptr<Timer> periodic;
  periodic = std::make_unique<Timer>(loop_, [&] {
    if (++rounds < 3) periodic->Arm(milliseconds(100));
  });
  periodic->Arm(milliseconds(100));
  for (int i = 0; i < 10; ++i) Pass(milliseconds(104));
  EXPECT_EQ(rounds, 3);
}

TEST_F(TimerTest, MayDestroyItselfAndOthersThatAreDue) {
  auto first = std::make_unique<Timer>(loop_, [] {});
  auto second = std::make_unique<Timer>(loop_, [] { FAIL() << "was destroyed"; });
  auto third = std::make_unique<Timer>(loop_, [&] { ++fired_; });
  first = std::make_unique<Timer>(loop_, [&] {
    second.reset();
    first.reset();
  });
  for (Timer* timer : {first.get(), second.get(), third.get()}) timer->Arm(seconds(1));
  Pass(seconds(2));
  EXPECT_EQ(fired_, 1);
  EXPECT_EQ(loop_.timers().size(), 0u);
}

TEST_F(TimerTest, TakesNoNoticeOfTheWallClock) {
  timer_.Arm(seconds(1));
  clock_.JumpWall(hours(1));
  Pass(milliseconds(500));
  EXPECT_EQ(fired_, 0);
  clock_.JumpWall(-hours(2));
  Pass(milliseconds(504));
  EXPECT_EQ(fired_, 1);
}

TEST_F(TimerTest, LetsTheLoopSleepForeverWithoutTimers) {
  EXPECT_EQ(loop_.timers().NextDue(), std::nullopt);
  timer_.Arm(hours(1));
  ASSERT_TRUE(loop_.timers().NextDue().has_value());
  // One of four levels is entered at a time: no wake-up per round of the lowest.
  EXPECT_GT(*loop_.timers().NextDue() - loop_.now(), std::chrono::minutes(30));
}

TEST_F(TimerTest, IsNeverEarlyNorATickLateUnderRandomUse) {
  constexpr uint64_t kSeed = 20261124;
  SCOPED_TRACE(kSeed);
  FastRandom random(kSeed);
  std::vector<std::unique_ptr<Timer>> timers;
  std::vector<MonotonicTime> fired_at(200);
  for (size_t i = 0; i < fired_at.size(); ++i) {
    timers.push_back(std::make_unique<Timer>(loop_, [&, i] { fired_at[i] = loop_.now(); }));
  }
  for (int step = 0; step < 4000; ++step) {
    Timer& timer = *timers[random.Below(timers.size())];
    const Duration delay{static_cast<int64_t>(random.Below(uint64_t{1} << random.Below(48)))};
    random.Below(4) == 0 ? timer.Disarm() : timer.Arm(delay);
    Pass(Duration(static_cast<int64_t>(random.Below(uint64_t{1} << random.Below(40)))));
    for (size_t i = 0; i < timers.size(); ++i) {
      if (fired_at[i] == loop_.now()) {
        ASSERT_LE(timers[i]->deadline(), loop_.now()) << step;
      }
      if (timers[i]->is_armed()) {
        ASSERT_GT(timers[i]->deadline(), loop_.now() - TimerWheel::kTick) << step;
      }
    }
  }
}

}  // namespace
}  // namespace outrigger
