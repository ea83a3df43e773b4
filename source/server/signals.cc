#include "server/signals.h"

#include <pthread.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "base/check.h"

namespace outrigger {

namespace {

sigset_t HandledSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGUSR1);
  return signals;
}

}  // namespace

void BlockSignals() {
  const sigset_t signals = HandledSignals();
  OUTRIGGER_CHECK(pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
  std::signal(SIGPIPE, SIG_IGN);
}

Signals::Signals(EventLoop& control, absl::AnyInvocable<void(int)> on_signal)
    : control_(control), on_signal_(std::move(on_signal)), fd_([] {
        const sigset_t signals = HandledSignals();
        return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
      }()) {
  OUTRIGGER_CHECK(fd_ >= 0);
  OUTRIGGER_CHECK(control_.RegisterLevel(fd_, *this).ok());
}

Signals::~Signals() {
  control_.Unregister(fd_, *this);
  close(fd_);
}

void Signals::OnIo(IoEvents) {
  signalfd_siginfo received{};
  while (read(fd_, &received, sizeof received) == sizeof received) {
    on_signal_(static_cast<int>(received.ssi_signo));
  }
}

}  // namespace outrigger
