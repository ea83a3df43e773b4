// One epoll loop: the clock, timers, posted tasks and descriptors of one thread.
//
// A turn: wait, cache the time, run posted tasks, dispatch ready descriptors, run due timers, run
// the turn-end list (writes are flushed there, once per turn), then destroy what was deferred.
// Nothing registered here is ever called from another thread.
//
// Owned by the thread that calls Run; only Post and Stop may be called from others. Outlives
// everything registered with it; what deferred objects refer to (slab pools) outlives the loop.
// Thread: its own, but for Post and Stop (any).
#pragma once

#include <sys/epoll.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "base/clock.h"
#include "base/intrusive_list.h"
#include "event/io_handler.h"
#include "event/timer_wheel.h"

namespace outrigger {

using Task = absl::AnyInvocable<void()>;

class EventLoop {
 public:
  // Runs once at the end of a turn, before deferred destruction. Queued at most once at a time;
  // leaves the queue by itself when destroyed.
  class TurnEndHandler : public IntrusiveHook<TurnEndHandler> {
   public:
    virtual ~TurnEndHandler() = default;
    virtual void OnTurnEnd() = 0;
  };

  explicit EventLoop(const Clock& clock);
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Runs until Stop. Tasks posted before Stop are run.
  void Run();
  // One turn; waits at most `wait_max` for something to happen. For tests and for Run.
  void RunOnce(Duration wait_max);
  void Stop();

  // Runs `task` on this loop, in posting order. Wake-ups are coalesced. Returns false, and drops
  // the task on the caller's thread, once the loop has finished Run.
  bool Post(Task task);

  // Edge-triggered, for reading and writing, once for the life of the descriptor. `handler` must
  // stay until Unregister.
  absl::Status Register(int fd, IoHandler& handler);
  // Level-triggered and for reading only: listening sockets, event and signal descriptors.
  absl::Status RegisterLevel(int fd, IoHandler& handler);
  // Stops or resumes a level-triggered registration (accepting pauses when descriptors run out).
  void SetLevelEnabled(int fd, IoHandler& handler, bool is_enabled);
  // Before the descriptor is closed. Its events already fetched in this turn are dropped.
  void Unregister(int fd, IoHandler& handler);
  // As Unregister, for one that is closed next and that nobody else holds: that takes it out of
  // epoll by itself (epoll(7)), and a call is saved.
  void UnregisterClosing(int fd, IoHandler& handler);

  void AtTurnEnd(TurnEndHandler& handler);
  // The turn-end list is running: what is asked for now, no event of this turn has asked for.
  bool is_ending_turn() const { return is_ending_turn_; }

  // Destroys the object at the end of the turn, when no callback of it can be on the stack. In the
  // order of the calls.
  template <typename T>
  void DeferDelete(std::unique_ptr<T> object) {
    if (object == nullptr) return;
    deferred_.push_back({object.release(), [](void* doomed) { delete static_cast<T*>(doomed); }});
  }

  // Turns in which others waited for too long: Envoy's misses and mega misses of a watchdog, but
  // counted when they are over, so that an idle loop need not wake. Thread: any.
  static constexpr Duration kSlowTurn = std::chrono::milliseconds(200);
  static constexpr Duration kStuckTurn = std::chrono::seconds(1);
  uint64_t slow_turns() const { return slow_turns_.load(std::memory_order_relaxed); }
  uint64_t stuck_turns() const { return stuck_turns_.load(std::memory_order_relaxed); }

  // The time at the start of this turn.
  MonotonicTime now() const { return now_; }
  WallTime wall_now() const { return wall_now_; }
  TimerWheel& timers() { return timers_; }

 private:
  struct Deferred {
    void* object;
    void (*destroy)(void*);
  };
  // Who listens on a descriptor. The generation tells an event fetched for an earlier user of the
  // same number.
  struct Registration {
    IoHandler* handler = nullptr;
    uint32_t generation = 0;
  };
  static constexpr int kEventsMax = 256;  // per turn; the rest comes with the next

  absl::Status Add(int fd, uint32_t events, IoHandler& handler);
  void Wake();
  void DrainWakeUps();
  int WaitMilliseconds(Duration wait_max) const;
  void ReadClock();
  void EndTurn();
  void RunPosted();
  void Dispatch();
  void RunTurnEnd();
  void DestroyDeferred();

  const Clock& clock_;
  MonotonicTime now_{};
  WallTime wall_now_{};
  MonotonicTime turn_ended_at_{};
  std::atomic<uint64_t> slow_turns_ = 0;
  std::atomic<uint64_t> stuck_turns_ = 0;
  TimerWheel timers_;
  const int epoll_fd_;
  const int wake_fd_;
  std::array<epoll_event, kEventsMax> ready_;
  int ready_count_ = 0;
  std::vector<Registration> registrations_;  // by descriptor
  IntrusiveList<TurnEndHandler> turn_end_;
  bool is_ending_turn_ = false;
  std::vector<Deferred> deferred_;
  std::vector<Deferred> doomed_;  // being destroyed; kept for its capacity, as running_ is
  std::vector<Task> running_;

  std::mutex mutex_;  // guards posted_ and is_finished_; only taken when something was posted
  std::vector<Task> posted_;
  bool is_finished_ = false;
  std::atomic<bool> has_posted_ = false;
  std::atomic<bool> should_stop_ = false;
};

}  // namespace outrigger
