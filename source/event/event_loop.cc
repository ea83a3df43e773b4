#include "event/event_loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"

namespace outrigger {

namespace {

constexpr uint32_t kEdgeEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
// A destructor may defer others; this many rounds bound a turn, the rest is for the next.
constexpr int kDestroyRoundsMax = 16;

uint64_t PackKey(int fd, uint32_t generation) {
  return uint64_t{generation} << 32 | static_cast<uint32_t>(fd);
}

IoEvents ToIoEvents(uint32_t events) {
  return {.readable = (events & EPOLLIN) != 0,
          .writable = (events & EPOLLOUT) != 0,
          .error = (events & EPOLLERR) != 0,
          .hangup = (events & (EPOLLHUP | EPOLLRDHUP)) != 0};
}

}  // namespace

EventLoop::EventLoop(const Clock& clock)
    : clock_(clock),
      timers_(clock.Now()),
      epoll_fd_(epoll_create1(EPOLL_CLOEXEC)),
      wake_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  OUTRIGGER_CHECK(epoll_fd_ >= 0 && wake_fd_ >= 0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = PackKey(wake_fd_, 0);
  OUTRIGGER_CHECK(epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &event) == 0);
  ReadClock();
  turn_ended_at_ = now_;
}

EventLoop::~EventLoop() {
  while (!deferred_.empty()) DestroyDeferred();
  close(wake_fd_);
  close(epoll_fd_);
}

void EventLoop::Run() {
  while (!should_stop_.load(std::memory_order_acquire)) RunOnce(std::chrono::hours(1));
  {
    std::lock_guard<std::mutex> lock(mutex_);
    is_finished_ = true;
  }
  RunPosted();
  RunTurnEnd();
}

void EventLoop::RunOnce(Duration wait_max) {
  ready_count_ = epoll_wait(epoll_fd_, ready_.data(), kEventsMax, WaitMilliseconds(wait_max));
  if (ready_count_ < 0) {
    OUTRIGGER_CHECK(errno == EINTR);
    ready_count_ = 0;
  }
  ReadClock();
  RunPosted();
  Dispatch();
  timers_.Advance(now_);
  RunTurnEnd();
  EndTurn();
}

void EventLoop::EndTurn() {
  turn_ended_at_ = clock_.Now();
  const Duration took = turn_ended_at_ - now_;
  if (took <= kSlowTurn) return;
  slow_turns_.fetch_add(1, std::memory_order_relaxed);
  if (took > kStuckTurn) stuck_turns_.fetch_add(1, std::memory_order_relaxed);
}

void EventLoop::Stop() {
  should_stop_.store(true, std::memory_order_release);
  Wake();
}

bool EventLoop::Post(Task task) {
  bool needs_wake = false;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (is_finished_) return false;
    needs_wake = posted_.empty();
    posted_.push_back(std::move(task));
    has_posted_.store(true, std::memory_order_release);
  }
  if (needs_wake) Wake();
  return true;
}

void EventLoop::Wake() {
  const uint64_t one = 1;
  // Fails only when the counter is full, and then a wake-up is pending anyway.
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof one);
}

void EventLoop::DrainWakeUps() {
  uint64_t count = 0;
  // Nothing to read is fine: the count has been taken before.
  [[maybe_unused]] const ssize_t taken = read(wake_fd_, &count, sizeof count);
}

absl::Status EventLoop::Add(int fd, uint32_t events, IoHandler& handler) {
  const auto index = static_cast<size_t>(fd);
  if (index >= registrations_.size()) registrations_.resize(std::max(index + 1, size_t{64}));
  Registration& registration = registrations_[index];
  OUTRIGGER_CHECK(registration.handler == nullptr);
  epoll_event event{};
  event.events = events;
  event.data.u64 = PackKey(fd, ++registration.generation);
  if (epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) != 0) {
    return absl::ErrnoToStatus(errno, "epoll_ctl");
  }
  registration.handler = &handler;
  return absl::OkStatus();
}

absl::Status EventLoop::Register(int fd, IoHandler& handler) {
  return Add(fd, kEdgeEvents, handler);
}

absl::Status EventLoop::RegisterLevel(int fd, IoHandler& handler) {
  return Add(fd, EPOLLIN, handler);
}

void EventLoop::SetLevelEnabled(int fd, IoHandler& handler, bool is_enabled) {
  const Registration& registration = registrations_[static_cast<size_t>(fd)];
  OUTRIGGER_CHECK(registration.handler == &handler);
  epoll_event event{};
  event.events = is_enabled ? static_cast<uint32_t>(EPOLLIN) : 0u;
  event.data.u64 = PackKey(fd, registration.generation);
  OUTRIGGER_CHECK(epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, fd, &event) == 0);
}

void EventLoop::Unregister(int fd, IoHandler& handler) {
  UnregisterClosing(fd, handler);
  OUTRIGGER_CHECK(epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr) == 0);
}

void EventLoop::UnregisterClosing(int fd, IoHandler& handler) {
  Registration& registration = registrations_[static_cast<size_t>(fd)];
  OUTRIGGER_CHECK(registration.handler == &handler);
  registration.handler = nullptr;
}

void EventLoop::AtTurnEnd(TurnEndHandler& handler) {
  if (!handler.is_linked()) turn_end_.PushBack(handler);
}

int EventLoop::WaitMilliseconds(Duration wait_max) const {
  if (!turn_end_.empty() || !deferred_.empty()) return 0;
  Duration wait = wait_max;
  if (auto due = timers_.NextDue()) wait = std::min(wait, *due - turn_ended_at_);
  if (wait <= Duration::zero()) return 0;
  // Rounded up: waking early would only mean waiting again.
  return static_cast<int>((wait + std::chrono::milliseconds(1) - Duration(1)) /
                          std::chrono::milliseconds(1));
}

void EventLoop::ReadClock() {
  now_ = clock_.Now();
  wall_now_ = clock_.WallNow();
}

void EventLoop::RunPosted() {
  if (!has_posted_.load(std::memory_order_acquire)) return;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    running_.swap(posted_);
    has_posted_.store(false, std::memory_order_relaxed);
  }
  for (Task& task : running_) task();
  running_.clear();
}

void EventLoop::Dispatch() {
  for (int i = 0; i < ready_count_; ++i) {
    const epoll_event& event = ready_[static_cast<size_t>(i)];
    const int fd = static_cast<int>(event.data.u64 & UINT32_MAX);
    if (fd == wake_fd_) {
      DrainWakeUps();
      RunPosted();  // what came between the first look and this wake-up
      continue;
    }
    const Registration& registration = registrations_[static_cast<size_t>(fd)];
    // Unregistered, or the number is somebody else's since this turn's events were fetched.
    if (registration.handler == nullptr || registration.generation != event.data.u64 >> 32)
      continue;
    registration.handler->OnIo(ToIoEvents(event.events));
  }
}

void EventLoop::RunTurnEnd() {
  // What a handler queues again (a connection with its budget used up) waits for the next turn.
  IntrusiveList<TurnEndHandler> now;
  while (TurnEndHandler* handler = turn_end_.Front()) now.PushBack(*handler);
  is_ending_turn_ = true;
  while (TurnEndHandler* handler = now.Front()) {
    IntrusiveList<TurnEndHandler>::Remove(*handler);
    handler->OnTurnEnd();
  }
  is_ending_turn_ = false;
  for (int round = 0; round < kDestroyRoundsMax && !deferred_.empty(); ++round) DestroyDeferred();
}

void EventLoop::DestroyDeferred() {
  doomed_.swap(deferred_);
  for (const Deferred& object : doomed_) object.destroy(object.object);
  doomed_.clear();
}

}  // namespace outrigger
