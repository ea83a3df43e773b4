// What crosses threads: many writers, each in its own block, and readers that add them up.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "stats/registry.h"
#include "stats/text_writer.h"
#include "test/unit/stats/small_family.h"

namespace outrigger::stats {
namespace {

constexpr WriterIndex kWriters = 6;  // near and far places
constexpr uint64_t kRounds = 5000;

void WriteMuch(Scope& scope, WriterIndex writer) {
  for (uint64_t i = 0; i < kRounds; ++i) {
    Block& block = scope.ForWriter(writer);
    block.Add(kTotal);
    block.Add(kActive);
    block.Record(kTimeMs, 20);
    block.Subtract(kActive);
  }
}

TEST(ThreadsScope, LosesNothingWhileAReaderLooksOn) {
  Scope scope(kSmallFamily, "a");
  std::vector<std::thread> writers;
  for (WriterIndex i = 0; i < kWriters; ++i) {
    writers.emplace_back([&scope, i] { WriteMuch(scope, i); });
  }
  uint64_t seen = 0;
  while (seen < kWriters * kRounds) {
    const uint64_t now = scope.Sum(kTotal);
    ASSERT_GE(now, seen);
    ASSERT_LE(scope.Histogram(kTimeMs).count, kWriters * kRounds);
    seen = now;
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(scope.Sum(kTotal), kWriters * kRounds);
  EXPECT_EQ(scope.Sum(kActive), 0u);
  EXPECT_EQ(scope.Histogram(kTimeMs).count, kWriters * kRounds);
}

TEST(ThreadsScope, IsListedAndWrittenOutWhileControlMakesAndDropsOthers) {
  Registry registry;
  std::atomic<bool> is_done = false;
  std::thread control([&] {
    for (int i = 0; !is_done; ++i) {
      auto scope = registry.Find(kSmallFamily, std::to_string(i % 50));
      scope->ForWriter(kControlWriter).Add(kTotal);
      scope->SetText(kVersionText, "some version");
    }
  });
  size_t bytes = 0;
  for (int scrapes = 0; scrapes < 20 || bytes == 0; ++scrapes) {
    bytes += WriteAll(TextWriter(registry.List(), {})).size();
  }
  is_done = true;
  control.join();
  EXPECT_GT(bytes, 0u);
}

TEST(ThreadsScope, IsDestroyedByWhoeverHeldItLast) {
  for (int round = 0; round < 200; ++round) {
    Registry registry;
    auto scope = registry.Find(kSmallFamily, "a");
    std::thread worker([held = std::move(scope)]() mutable {
      held->ForWriter(0).Add(kTotal);
      held.reset();
    });
    registry.List();
    registry.List();
    worker.join();
    EXPECT_LE(registry.List().size(), 1u);
  }
}

}  // namespace
}  // namespace outrigger::stats
