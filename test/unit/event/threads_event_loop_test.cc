#include <gtest/gtest.h>
#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "event/event_loop.h"
#include "event/loop_thread.h"
#include "event/timer.h"

namespace outrigger {
namespace {

TEST(LoopThreadTest, RunsTasksOfManyThreadsEachInItsOrder) {
  constexpr int kThreads = 4;
  constexpr int kTasks = 2000;
  SystemClock clock;
  std::vector<int> last(kThreads, -1);
  int out_of_order = 0;
  {
    LoopThread thread(clock, "tasks");
    thread.Start();
    std::vector<std::thread> posters;
    for (int t = 0; t < kThreads; ++t) {
      posters.emplace_back([&, t] {
        for (int i = 0; i < kTasks; ++i) {
          EXPECT_TRUE(thread.loop().Post([&, t, i] {
            if (last[static_cast<size_t>(t)] != i - 1) ++out_of_order;
            last[static_cast<size_t>(t)] = i;
          }));
        }
      });
    }
    for (std::thread& poster : posters) poster.join();
  }
  EXPECT_EQ(out_of_order, 0);
  EXPECT_EQ(last, std::vector<int>(kThreads, kTasks - 1));
}

TEST(LoopThreadTest, WakesALoopThatSleeps) {
  SystemClock clock;
  LoopThread thread(clock, "sleeper");
  thread.Start();
  std::mutex mutex;
  std::condition_variable changed;
  int rounds = 0;
  for (int i = 1; i <= 100; ++i) {
    thread.loop().Post([&] {
      std::lock_guard<std::mutex> lock(mutex);
      ++rounds;
      changed.notify_one();
    });
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [&] { return rounds == i; });
  }
}

TEST(LoopThreadTest, RefusesTasksAfterItsEndOnTheCallersThread) {
  SystemClock clock;
  LoopThread thread(clock, "ended");
  thread.Start();
  thread.Join();
  auto witness = std::make_shared<int>(1);
  EXPECT_FALSE(thread.loop().Post([witness] {}));
  EXPECT_EQ(witness.use_count(), 1);
}

TEST(LoopThreadTest, CarriesItsNameCutToWhatTheKernelTakes) {
  SystemClock clock;
  std::string name;
  {
    LoopThread thread(clock, "a_name_that_is_too_long");
    thread.Start();
    thread.loop().Post([&] {
      char text[16];
      pthread_getname_np(pthread_self(), text, sizeof text);
      name = text;
    });
  }
  EXPECT_EQ(name, "a_name_that_is_");
}

TEST(LoopThreadTest, FiresTimersWithoutBeingWoken) {
  SystemClock clock;
  std::mutex mutex;
  std::condition_variable changed;
  bool has_fired = false;
  std::unique_ptr<Timer> timer;
  LoopThread thread(clock, "timer");
  thread.loop().Post([&] {
    timer = std::make_unique<Timer>(thread.loop(), [&] {
      std::lock_guard<std::mutex> lock(mutex);
      has_fired = true;
      changed.notify_one();
    });
    timer->Arm(std::chrono::milliseconds(1));
  });
  thread.Start();
  {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [&] { return has_fired; });
  }
  thread.Join();
  timer.reset();
}

}  // namespace
}  // namespace outrigger
