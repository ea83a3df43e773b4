// One timer of one loop: a callback that runs at a deadline, at most once per Arm.
//
// Intrusive: the owner embeds it; destroying it disarms it. Re-arming to a later time only stores
// the new deadline, so that per-request timeouts cost two writes. Never fires early; late by up to
// one tick of the wheel. The callback may destroy the timer as the last thing it does.
//
// Thread: the loop's.
#pragma once

#include <cstdint>

#include "absl/functional/any_invocable.h"
#include "base/clock.h"
#include "base/intrusive_list.h"

namespace outrigger {

class EventLoop;

class Timer : public IntrusiveHook<Timer> {
 public:
  Timer(EventLoop& loop, absl::AnyInvocable<void()> on_fire);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void Arm(Duration delay);
  void Disarm();
  bool is_armed() const { return is_armed_; }
  // Meaningful while armed.
  MonotonicTime deadline() const { return deadline_; }

  // For the wheel: the tick whose slot it lies in, and its coming up.
  uint64_t tick() const { return tick_; }
  void set_tick(uint64_t tick) { tick_ = tick; }
  void Fire();

 private:
  EventLoop& loop_;
  absl::AnyInvocable<void()> on_fire_;
  MonotonicTime deadline_{};
  MonotonicTime lies_at_{};  // the deadline when it was last put into the wheel
  uint64_t tick_ = 0;
  bool is_armed_ = false;
};

}  // namespace outrigger
