// All timers of one loop, in four levels of 64 slots: arming and disarming cost a few writes,
// however many there are.
//
// A slot of level 0 is one tick wide, one of each next level 64 times wider; a timer moves down as
// its time comes near. Empty stretches are skipped, both in time (the loop sleeps until the next
// occupied slot) and in work. Beyond the reach of 18 hours a timer is put as far as possible and
// moved on.
//
// Owned by EventLoop. Thread: the loop's.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/intrusive_list.h"

namespace outrigger {

class Timer;

class TimerWheel {
 public:
  static constexpr Duration kTick = std::chrono::milliseconds(4);

  explicit TimerWheel(MonotonicTime start) : start_(start) {}
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  // Puts `timer` where its deadline belongs, or moves it there.
  void Schedule(Timer& timer);
  void Cancel(Timer& timer);
  // Lets every timer come up that lies at or before `now`.
  void Advance(MonotonicTime now);
  // When the next timer may come up (never later than it is due); nothing when there is none.
  std::optional<MonotonicTime> NextDue() const;
  // Nodes in the wheel; disarmed ones count until they come up.
  size_t size() const { return size_; }

 private:
  static constexpr int kLevels = 4;
  static constexpr int kBits = 6;
  static constexpr uint64_t kSlots = uint64_t{1} << kBits;
  static constexpr uint64_t kReach = (uint64_t{1} << (kBits * kLevels)) - 1;

  uint64_t TickOf(MonotonicTime time) const;
  std::optional<uint64_t> NextTick() const;
  void Insert(Timer& timer, uint64_t tick);
  void EnterTick(uint64_t tick);
  void Cascade(int level, uint64_t slot);
  void ComeUp(uint64_t slot);

  const MonotonicTime start_;
  uint64_t current_tick_ = 0;  // every tick up to and including this one has come up
  size_t size_ = 0;
  std::array<std::array<IntrusiveList<Timer>, kSlots>, kLevels> slots_;
  std::array<uint64_t, kLevels> occupied_{};  // one bit per slot; a set one may prove empty
};

}  // namespace outrigger
