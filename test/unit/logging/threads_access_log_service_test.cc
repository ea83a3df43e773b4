// Entries of several workers at once, and control that takes them.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "logging/access_log_service_stats.h"
#include "logging/access_log_services.h"
#include "logging/entry_message.h"

namespace outrigger::logging {
namespace {

constexpr uint32_t kWorkers = 3;

std::string EntryOf(std::string_view route) {
  LogEntry entry;
  entry.route = route;
  std::string text;
  AppendEntry({}, entry, text);
  return text;
}

class AccessLogServiceTest : public testing::Test, public AccessLogService::Reader {
 protected:
  void Open(size_t batch_bytes) {
    AccessLogServiceOptions options;
    options.batch_bytes = batch_bytes;
    service_ = services_.Find(options);
    service_->SetReader(this);
  }
  void OnEntries() override { ++told_of_entries_; }
  void OnBatch() override { ++told_of_batches_; }
  // Takes all there is; the sizes of its batches, in entries.
  std::vector<size_t> TakeAll() {
    std::vector<size_t> batches;
    std::string batch;
    while (const size_t entries = service_->Take(batch)) {
      batches.push_back(entries);
      batch.clear();
    }
    return batches;
  }
  uint64_t Stat(AccessLogServiceStat metric) {
    return stats_.Find(kAccessLogServiceFamily, "")->Sum(metric);
  }
  void Turn() { control_.RunOnce(Duration::zero()); }

  SystemClock clock_;
  EventLoop control_{clock_};
  stats::Registry stats_;
  AccessLogServices services_{control_, stats_};
  std::shared_ptr<AccessLogService> service_;
  int told_of_entries_ = 0;
  int told_of_batches_ = 0;
};

TEST_F(AccessLogServiceTest, EveryEntryOfEveryWorkerIsTakenWhole) {
  constexpr size_t kEntries = 1000;
  Open(1000);
  std::vector<std::thread> workers;
  for (uint32_t worker = 0; worker < kWorkers; ++worker) {
    workers.emplace_back([&, worker] {
      const std::string entry = EntryOf("route of " + std::to_string(worker));
      for (size_t i = 0; i < kEntries; ++i) service_->Append(entry, worker);
    });
  }
  size_t entries = 0;
  std::string batch;
  while (entries < kEntries * kWorkers) {
    batch.clear();
    const size_t taken = service_->Take(batch);
    for (size_t i = 0; i < taken; ++i) {
      const std::string first = batch.substr(0, FirstEntryBytes(batch));
      ASSERT_TRUE(first.find("route of ") != first.npos);
      batch.erase(0, first.size());
    }
    ASSERT_TRUE(batch.empty());
    entries += taken;
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(entries, kEntries * kWorkers);
  EXPECT_EQ(Stat(kLogsWritten), kEntries * kWorkers);
  EXPECT_EQ(Stat(kLogsDropped), 0);
}

TEST_F(AccessLogServiceTest, ABatchEndsWithTheEntryThatFillsIt) {
  const std::string entry = EntryOf("route");
  Open(2 * entry.size() - 1);
  for (int i = 0; i < 5; ++i) service_->Append(entry, 0);
  EXPECT_EQ(TakeAll(), (std::vector<size_t>{2, 2, 1}));
}

TEST_F(AccessLogServiceTest, WithoutBatchesEachEntryIsOne) {
  Open(0);
  for (int i = 0; i < 3; ++i) service_->Append(EntryOf("route"), 0);
  EXPECT_EQ(TakeAll(), (std::vector<size_t>{1, 1, 1}));
}

TEST_F(AccessLogServiceTest, ControlIsToldOfTheFirstEntryAndOfABatch) {
  const std::string entry = EntryOf("route");
  Open(3 * entry.size());
  service_->Append(entry, 0);
  service_->Append(entry, 1);
  Turn();
  EXPECT_EQ(told_of_entries_, 1);
  EXPECT_EQ(told_of_batches_, 0);
  for (int i = 0; i < 5; ++i) service_->Append(entry, 0);
  Turn();
  EXPECT_EQ(told_of_entries_, 1);
  EXPECT_EQ(told_of_batches_, 1);
  service_->ExpectBatch();
  EXPECT_FALSE(service_->Rest());
  TakeAll();
  EXPECT_TRUE(service_->Rest());
  for (int i = 0; i < 3; ++i) service_->Append(entry, 0);
  Turn();
  EXPECT_EQ(told_of_entries_, 2);
  EXPECT_EQ(told_of_batches_, 2);
}

TEST_F(AccessLogServiceTest, WhatHasNoRoomIsDroppedAndCounted) {
  Open(1000);
  const std::string entry = EntryOf(std::string(LineRing::kBytes / 4, 'x'));
  for (int i = 0; i < 20; ++i) service_->Append(entry, 0);
  EXPECT_EQ(Stat(kLogsWritten), 3);
  EXPECT_EQ(Stat(kLogsDropped), 17);
}

TEST_F(AccessLogServiceTest, EntriesOverTheEdgeOfTheRingAreTakenWhole) {
  const std::string entry = EntryOf(std::string(1000, 'x'));
  Open(1);
  for (size_t bytes = 0; bytes < 3 * LineRing::kBytes; bytes += entry.size()) {
    service_->Append(entry, 0);
    std::string batch;
    ASSERT_EQ(service_->Take(batch), 1);
    ASSERT_EQ(batch, entry);
  }
}

TEST_F(AccessLogServiceTest, WhatIsLeftWhenNobodyReadsAnyMoreIsDroppedAndCounted) {
  Open(1000);
  for (int i = 0; i < 3; ++i) service_->Append(EntryOf("route"), 0);
  service_->SetReader(nullptr);
  Turn();
  services_.LetGo(service_);
  service_.reset();
  EXPECT_EQ(Stat(kLogsDropped), 3);
}

TEST_F(AccessLogServiceTest, EqualLoggersShareOne) {
  AccessLogServiceOptions options;
  options.log_name = "a";
  const auto one = services_.Find(options);
  EXPECT_EQ(services_.Find(options), one);
  options.kind = EntryKind::kTcp;
  EXPECT_NE(services_.Find(options), one);
  EXPECT_EQ(services_.all().size(), 2);
}

}  // namespace
}  // namespace outrigger::logging
