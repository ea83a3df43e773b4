#include "tools/load/load_run.h"

#include <fmt/format.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "base/check.h"

namespace outrigger::load {

LoadRun::LoadRun(ProgramLoop& program, LoadOptions options)
    : program_(program),
      options_(std::move(options)),
      ledger_(options_.ledger),
      latency_log_(options_.latencies),
      schedule_(options_.rate, options_.burst),
      tick_fd_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)),
      report_timer_(program.loop, [this] { ReportAndRearm(); }),
      id_prefix_(
          fmt::format("{:x}-{:x}", getpid(), program.clock.WallNow().time_since_epoch().count())) {
  OUTRIGGER_CHECK(tick_fd_ >= 0);
  OUTRIGGER_CHECK(program_.loop.RegisterLevel(tick_fd_, *this).ok());
}

LoadRun::~LoadRun() {
  program_.loop.Unregister(tick_fd_, *this);
  close(tick_fd_);
}

void LoadRun::Start() {
  started_at_ = now();
  for (size_t i = 0; i < options_.connections; ++i) {
    connections_.push_back(std::make_unique<ClientConnection>(*this, program_.net));
    if (options_.closes_each) {
      down_.push_back(connections_.back().get());
    } else {
      connections_.back()->Connect();
    }
  }
  if (options_.report_interval > Duration::zero()) report_timer_.Arm(options_.report_interval);
  StartTicking();
}

void LoadRun::StartTicking() {
  const Duration period = schedule_.Tick();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(period);
  const timespec interval = {seconds.count(), (period - seconds).count()};
  const itimerspec schedule = {.it_interval = interval, .it_value = interval};
  OUTRIGGER_CHECK(timerfd_settime(tick_fd_, 0, &schedule, nullptr) == 0);
}

void LoadRun::OnIo(IoEvents) {
  uint64_t ticks = 0;
  // Nothing to read is fine: the clock decides what is due, not the number of ticks.
  [[maybe_unused]] const ssize_t taken = read(tick_fd_, &ticks, sizeof ticks);
  SendDue();
  EndIfDone();
}

void LoadRun::SendDue() {
  if (is_stopping_) return;
  const uint64_t target = std::min(schedule_.DueBy(now() - started_at_), options_.requests_max);
  while (created_ < target) {
    Dispatch({fmt::format("{}-{}", id_prefix_, created_), started_at_ + schedule_.DueAt(created_)});
    ++created_;
  }
}

void LoadRun::Dispatch(LoadRequest request) {
  tally_.OnSent();
  std::deque<ClientConnection*>& free = idle_.empty() ? down_ : idle_;
  if (!free.empty()) {
    ClientConnection* connection = free.front();
    free.pop_front();
    SendOn(*connection, std::move(request));
    return;
  }
  if (waiting_.size() >= kWaitingMax) {
    tally_.OnFailure("overrun", "more requests are waiting for a connection than are kept");
    return;
  }
  waiting_.push_back(std::move(request));
}

void LoadRun::SendOn(ClientConnection& connection, LoadRequest request) {
  ++outstanding_;
  connection.Send(std::move(request));
}

void LoadRun::OnFree(ClientConnection& connection) {
  if (waiting_.empty()) {
    idle_.push_back(&connection);
    return;
  }
  LoadRequest next = std::move(waiting_.front());
  waiting_.pop_front();
  SendOn(connection, std::move(next));
}

void LoadRun::OnSpent(ClientConnection& connection) { std::erase(idle_, &connection); }

void LoadRun::OnLost(ClientConnection& connection) {
  if (waiting_.empty()) {
    down_.push_back(&connection);
    return;
  }
  LoadRequest next = std::move(waiting_.front());
  waiting_.pop_front();
  SendOn(connection, std::move(next));
}

void LoadRun::Stop() {
  is_stopping_ = true;
  EndIfDone();
}

// Looked at on every tick: nothing is sent from inside the last answer.
void LoadRun::EndIfDone() {
  if (!is_stopping_ && created_ < options_.requests_max) return;
  if (waiting_.empty() && outstanding_ == 0) program_.loop.Stop();
}

std::string LoadRun::Report() const { return tally_.ToJson(now() - started_at_); }

void LoadRun::ReportAndRearm() {
  std::printf("%s\n", Report().c_str());
  std::fflush(stdout);
  report_timer_.Arm(options_.report_interval);
}

}  // namespace outrigger::load
