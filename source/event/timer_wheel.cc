#include "event/timer_wheel.h"

#include <algorithm>
#include <bit>

#include "event/timer.h"

namespace outrigger {

// The first tick that begins at or after `time`, so that nothing fires early.
uint64_t TimerWheel::TickOf(MonotonicTime time) const {
  if (time <= start_) return 0;
  const auto since_start = static_cast<uint64_t>((time - start_).count());
  const auto tick = static_cast<uint64_t>(kTick.count());
  return since_start / tick + (since_start % tick != 0 ? 1 : 0);
}

void TimerWheel::Schedule(Timer& timer) {
  Cancel(timer);
  ++size_;
  Insert(timer, std::max(TickOf(timer.deadline()), current_tick_ + 1));
}

void TimerWheel::Cancel(Timer& timer) {
  if (!timer.is_linked()) return;
  IntrusiveList<Timer>::Remove(timer);
  --size_;
}

// The level is the highest base-64 digit in which `tick` differs from now: until that digit comes
// round the lower ones do not matter.
void TimerWheel::Insert(Timer& timer, uint64_t tick) {
  tick = std::min(tick, current_tick_ + kReach);
  timer.set_tick(tick);
  const uint64_t difference = tick ^ current_tick_;
  int level = 0;
  while (level + 1 < kLevels && (difference >> (kBits * (level + 1))) != 0) ++level;
  const uint64_t slot = (tick >> (kBits * level)) % kSlots;
  slots_[level][slot].PushBack(timer);
  occupied_[level] |= uint64_t{1} << slot;
}

void TimerWheel::Advance(MonotonicTime now) {
  const uint64_t target = now <= start_ ? 0 : static_cast<uint64_t>((now - start_) / kTick);
  while (current_tick_ < target) {
    const std::optional<uint64_t> next = NextTick();
    if (!next.has_value() || *next > target) {
      current_tick_ = target;  // nothing lies between
      return;
    }
    EnterTick(*next);
  }
}

// The next tick at which a slot, of any level, is entered that may hold something. What lies on a
// level comes before anything on the levels above it.
std::optional<uint64_t> TimerWheel::NextTick() const {
  if (size_ == 0) return std::nullopt;
  for (int level = 0; level < kLevels; ++level) {
    const uint64_t position = (current_tick_ >> (kBits * level)) % kSlots;
    // Slots ahead, as bits 0.. for distances 1.. Only the top level wraps round: on the others a
    // bit behind us is a leftover of cancelled timers.
    const uint64_t ahead = level == kLevels - 1
                               ? std::rotr(occupied_[level], static_cast<int>(position + 1))
                               : (occupied_[level] >> position) >> 1;
    if (ahead == 0) continue;
    const uint64_t distance = static_cast<uint64_t>(std::countr_zero(ahead)) + 1;
    const uint64_t begin = (current_tick_ >> (kBits * level)) + distance;
    return begin << (kBits * level);
  }
  return std::nullopt;
}

std::optional<MonotonicTime> TimerWheel::NextDue() const {
  const std::optional<uint64_t> tick = NextTick();
  if (!tick.has_value()) return std::nullopt;
  return start_ + *tick * kTick;
}

void TimerWheel::EnterTick(uint64_t tick) {
  current_tick_ = tick;
  for (int level = kLevels - 1; level > 0; --level) {
    const uint64_t index = tick >> (kBits * level);
    if (index << (kBits * level) == tick) Cascade(level, index % kSlots);
  }
  ComeUp(tick % kSlots);
}

// Spreads a slot that has just been entered over the levels below.
void TimerWheel::Cascade(int level, uint64_t slot) {
  IntrusiveList<Timer>& list = slots_[level][slot];
  occupied_[level] &= ~(uint64_t{1} << slot);
  IntrusiveList<Timer> entered;  // one of them may belong right here again, one round later
  while (Timer* timer = list.Front()) entered.PushBack(*timer);
  while (Timer* timer = entered.Front()) Insert(*timer, timer->tick());
}

void TimerWheel::ComeUp(uint64_t slot) {
  IntrusiveList<Timer>& list = slots_[0][slot];
  occupied_[0] &= ~(uint64_t{1} << slot);
  // Taken out first: a callback may put timers into this very slot.
  IntrusiveList<Timer> due;
  while (Timer* timer = list.Front()) due.PushBack(*timer);
  while (Timer* timer = due.Front()) {
    Cancel(*timer);
    timer->Fire();
  }
}

}  // namespace outrigger
