// Workers that meet while they add late scopes, and a reader beside them.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "stats/registry.h"
#include "stats/text_writer.h"
#include "test/unit/stats/small_family.h"

namespace outrigger::stats {
namespace {

constexpr WriterIndex kWriters = 4;
constexpr size_t kParts = 300;
constexpr size_t kRounds = 20;

TEST(ThreadsLateScopes, LoseNothingWhenSeveralWorkersAddTheSameOnes) {
  static const Family family = {"cluster", "", kSmallMetrics, {".of.", "part", "cluster"}};
  Registry registry;
  const auto scope = registry.Find(kSmallFamily, "a");
  std::vector<std::thread> writers;
  for (WriterIndex writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&scope, writer] {
      bool overflows = false;
      for (size_t i = 0; i < kParts * kRounds; ++i) {
        scope->Late()
            .OfPart(family, std::to_string(i % kParts), overflows)
            .ForWriter(writer)
            .Add(kTotal);
      }
    });
  }
  size_t bytes = 0;
  for (int i = 0; i < 10; ++i) bytes += WriteAll(TextWriter(registry.List(), {})).size();
  for (std::thread& writer : writers) writer.join();
  EXPECT_GT(bytes, 0u);
  size_t parts = 0;
  scope->Late().ForEach([&](Scope& part) {
    ++parts;
    EXPECT_EQ(part.Sum(kTotal), kWriters * kRounds);
  });
  EXPECT_EQ(parts, kParts);
}

}  // namespace
}  // namespace outrigger::stats
