// What crosses threads at a swap: control publishes, workers adopt, hold, pin and let go, the admin
// port looks on, and everything is destroyed by control.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "event/loop_thread.h"
#include "snapshot/snapshot_slot.h"

namespace outrigger {
namespace {

constexpr ClusterId kFirst{0};
constexpr ClusterId kFarAway{300};  // in another chunk
constexpr int kPublications = 2000;

// A worker whose exchanges hold whole snapshots and pin parts of them, some beyond several swaps.
class Holder {
 public:
  Holder(const Clock& clock, EventLoop& control)
      : thread_(clock, "holder"),
        slot_(thread_.loop(), control,
              [this](const ConfigSnapshot* old_snapshot, const ConfigSnapshot& snapshot) {
                OnAdopt(old_snapshot, snapshot);
              }) {
    thread_.Start();
  }
  ~Holder() {
    thread_.Join();
    LetGo();
  }

  void Publish(std::shared_ptr<const ConfigSnapshot> snapshot) {
    slot_.Publish(std::move(snapshot));
  }
  uint64_t seen() const { return seen_; }
  int mixed() const { return mixed_; }

 private:
  void OnAdopt(const ConfigSnapshot* old_snapshot, const ConfigSnapshot& snapshot) {
    const std::string version = std::to_string(snapshot.version);
    const bool is_whole = snapshot.clusters.Get(kFirst)->name == version &&
                          snapshot.clusters.Get(kFarAway)->name == version;
    const bool is_newer = old_snapshot == nullptr || old_snapshot->version < snapshot.version;
    if (!is_whole || !is_newer) ++mixed_;
    if (++adopted_ % 5 == 0) LetGo();
    held_.push_back(&slot_.HoldCurrent());
    slot_.Pin(snapshot.clusters.Slot(kFirst));
    pinned_.push_back(snapshot.clusters.Get(kFirst));
    seen_ = snapshot.version;
  }
  void LetGo() {
    for (SnapshotSlot::Held* held : held_) slot_.Release(*held);
    for (const Cluster* cluster : pinned_) slot_.Unpin(cluster);
    held_.clear();
    pinned_.clear();
  }

  LoopThread thread_;
  SnapshotSlot slot_;
  std::vector<SnapshotSlot::Held*> held_;
  std::vector<const Cluster*> pinned_;
  int adopted_ = 0;
  std::atomic<uint64_t> seen_ = 0;
  std::atomic<int> mixed_ = 0;
};

class ThreadsSnapshotSlotTest : public testing::Test {
 protected:
  // Its two clusters bear its version as their name, and know who destroys them.
  std::shared_ptr<const ConfigSnapshot> NextSnapshot() {
    auto snapshot = std::make_shared<ConfigSnapshot>();
    if (newest_ != nullptr) *snapshot = *newest_;
    ++snapshot->version;
    for (const ClusterId id : {kFirst, kFarAway}) {
      auto* cluster = new Cluster;
      cluster->name = std::to_string(snapshot->version);
      ++alive_;
      snapshot->clusters.Set(id,
                             std::shared_ptr<const Cluster>(cluster, [this](const Cluster* gone) {
                               if (std::this_thread::get_id() != control_thread_) ++strays_;
                               --alive_;
                               delete gone;
                             }));
    }
    newest_ = snapshot;
    return snapshot;
  }
  void RunControlUntil(const std::function<bool()>& is_done) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!is_done() && std::chrono::steady_clock::now() < deadline) {
      control_.RunOnce(std::chrono::milliseconds(1));
    }
    EXPECT_TRUE(is_done());
  }

  const std::thread::id control_thread_ = std::this_thread::get_id();
  SystemClock clock_;
  EventLoop control_{clock_};
  std::atomic<int> alive_ = 0;   // clusters
  std::atomic<int> strays_ = 0;  // destroyed elsewhere than on control
  std::shared_ptr<const ConfigSnapshot> newest_;
};

TEST_F(ThreadsSnapshotSlotTest, WorkersSeeWholeSnapshotsAndControlDestroysThem) {
  {
    Holder first(clock_, control_);
    Holder second(clock_, control_);
    for (int i = 0; i < kPublications; ++i) {
      const auto snapshot = NextSnapshot();
      first.Publish(snapshot);
      second.Publish(snapshot);
      control_.RunOnce(Duration::zero());
    }
    RunControlUntil(
        [&] { return first.seen() == kPublications && second.seen() == kPublications; });
    EXPECT_EQ(first.mixed() + second.mixed(), 0);
  }
  newest_ = nullptr;
  RunControlUntil([&] { return alive_ == 0; });
  EXPECT_EQ(strays_, 0);
}

// As /clusters does: reads a snapshot on another thread, and lets go of it there.
TEST_F(ThreadsSnapshotSlotTest, AReaderElsewhereSeesNothingOfLaterSnapshots) {
  std::atomic<int> mixed = 0;
  std::atomic<int> read = 0;
  {
    LoopThread service(clock_, "service");
    service.Start();
    for (int i = 0; i < kPublications; ++i) {
      ASSERT_TRUE(service.loop().Post([&, snapshot = NextSnapshot()] {
        const std::string version = std::to_string(snapshot->version);
        if (snapshot->clusters.Get(kFarAway)->name != version) ++mixed;
        ++read;
      }));
    }
    RunControlUntil([&] { return read == kPublications; });
  }
  EXPECT_EQ(mixed, 0);
  newest_ = nullptr;
  EXPECT_EQ(alive_, 0);
}

}  // namespace
}  // namespace outrigger
