#include "server/update_history.h"

#include <gtest/gtest.h>

#include "test/support/fake_sockets.h"

namespace outrigger {
namespace {

class UpdateHistoryTest : public testing::Test {
 protected:
  void Add(uint64_t snapshot) {
    compiler::Update update;
    update.snapshot = snapshot;
    history_.Add(update);
  }
  static Adoption Adopted(uint64_t from, uint64_t to) {
    Adoption adoption;
    adoption.from = from;
    adoption.to = to;
    adoption.kept = 2;
    Adoption::Count(adoption.drained, DrainCause::kNoChain, 3);
    return adoption;
  }
  const admin::UpdateEntry& At(size_t index) const { return history_.entries()[index]; }

  FakeSockets sockets_;
  ListenSockets::Workers workers_;
  ListenSockets listen_sockets_{sockets_, workers_};
  UpdateHistory history_{listen_sockets_};
};

TEST_F(UpdateHistoryTest, WhatWorkersMoveIsToldOfTheSnapshotTheyTake) {
  Add(1);
  Add(0);  // no worker sees a difference
  Add(2);
  history_.OnAdopted(Adopted(0, 1));
  history_.OnAdopted(Adopted(1, 2));
  history_.OnAdopted(Adopted(1, 2));
  EXPECT_EQ(At(0).workers_adopted, 1u);
  EXPECT_EQ(At(1).workers_adopted, 0u);
  EXPECT_EQ(At(2).workers_adopted, 2u);
  EXPECT_EQ(At(2).moved.kept, 4u);
  EXPECT_EQ(At(2).moved.drained[static_cast<size_t>(DrainCause::kNoChain)], 6u);
}

TEST_F(UpdateHistoryTest, ASnapshotThatAWorkerPassesOverMovesNothing) {
  Add(1);
  Add(2);
  Add(3);
  history_.OnAdopted(Adopted(1, 3));
  EXPECT_EQ(At(0).workers_passed_over, 0u);
  EXPECT_EQ(At(1).workers_passed_over, 1u);
  EXPECT_EQ(At(1).moved.kept, 0u);
  EXPECT_EQ(At(2).workers_adopted, 1u);
}

TEST_F(UpdateHistoryTest, TheNewestAreKeptAndGoOnBeingCounted) {
  for (size_t i = 0; i <= UpdateHistory::kUpdatesMax; ++i) Add(i + 1);
  ASSERT_EQ(history_.entries().size(), UpdateHistory::kUpdatesMax);
  EXPECT_EQ(At(0).number, 2u);
  history_.OnAdopted(Adopted(0, 1));  // too late for that one
  EXPECT_EQ(At(0).workers_adopted, 0u);
}

}  // namespace
}  // namespace outrigger
