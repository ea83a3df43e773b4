// Lines of several workers at once, and the one thread that writes them.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "logging/access_log_stats.h"
#include "logging/access_log_writer.h"
#include "test/support/log_folder.h"

namespace outrigger::logging {
namespace {

constexpr uint32_t kWorkers = 3;

class AccessLogFileTest : public testing::Test {
 protected:
  // Each worker appends that many numbered lines of `bytes`.
  void AppendAll(const std::string& path, int count, size_t bytes) {
    AccessLogWriter writer(clock_, stats_);
    const auto file = writer.Open(path);
    std::vector<std::thread> workers;
    for (uint32_t worker = 0; worker < kWorkers; ++worker) {
      workers.emplace_back([&, worker] {
        for (int i = 0; i < count; ++i) {
          std::string line = std::to_string(worker) + " " + std::to_string(i) + " ";
          line.resize(bytes - 1, 'x');
          file->Append(line + "\n", worker);
        }
      });
    }
    for (std::thread& worker : workers) worker.join();
  }
  uint64_t Stat(AccessLogStat metric) { return stats_.Find(kAccessLogFamily, "")->Sum(metric); }

  SystemClock clock_;
  stats::Registry stats_;
  test::LogFolder folder_;
};

TEST_F(AccessLogFileTest, EveryLineIsWholeAndInItsWorkersOrder) {
  constexpr int kLines = 1000;
  constexpr size_t kBytes = 100;  // all of them fit into the rings
  AppendAll(folder_.Path("log"), kLines, kBytes);
  std::ifstream file(folder_.Path("log"));
  std::map<int, int> next;
  std::string line;
  while (std::getline(file, line)) {
    ASSERT_EQ(line.size(), kBytes - 1);
    const int worker = std::stoi(line);
    EXPECT_EQ(std::stoi(line.substr(2)), next[worker]++);
  }
  EXPECT_EQ(next, (std::map<int, int>{{0, kLines}, {1, kLines}, {2, kLines}}));
  EXPECT_EQ(Stat(kWriteTotalBuffered), 0);
  EXPECT_EQ(Stat(kLinesDropped), 0);
}

TEST_F(AccessLogFileTest, F21_WhatHasNoRoomIsDroppedAndCounted) {
  constexpr int kLines = 20;
  constexpr size_t kBytes = LineRing::kBytes / 4;
  AppendAll(folder_.Path("missing/log"), kLines, kBytes);
  EXPECT_EQ(Stat(kWriteBuffered), 4 * kWorkers);
  EXPECT_EQ(Stat(kLinesDropped), (kLines - 4) * kWorkers);
  EXPECT_EQ(Stat(kWriteTotalBuffered), 0);
}

TEST(LineRing, ALineOfItsSizeFitsAndOneByteMoreDoesNot) {
  LineRing ring;
  EXPECT_FALSE(ring.Push(std::string(LineRing::kBytes + 1, 'x')));
  EXPECT_TRUE(ring.Push(std::string(LineRing::kBytes, 'x')));
  EXPECT_FALSE(ring.Push("x"));
  ring.Pop(3);
  EXPECT_TRUE(ring.Push("abc"));
  EXPECT_EQ(ring.Peek()[0].size(), LineRing::kBytes - 3);
  EXPECT_EQ(ring.Peek()[1], "abc");
}

}  // namespace
}  // namespace outrigger::logging
