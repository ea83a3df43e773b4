#include "tools/load/program_loop.h"

#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace outrigger::load {

ProgramLoop::ProgramLoop()
    : scratch(NetContext::kReadScratchBytes),
      loop(clock),
      net{loop, sockets, slabs, scratch.data()} {}

SignalWatch::SignalWatch(EventLoop& loop, absl::AnyInvocable<void()> on_signal)
    : loop_(loop), on_signal_(std::move(on_signal)) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  OUTRIGGER_CHECK(pthread_sigmask(SIG_BLOCK, &signals, nullptr) == 0);
  fd_ = signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
  OUTRIGGER_CHECK(fd_ >= 0 && loop_.RegisterLevel(fd_, *this).ok());
}

SignalWatch::~SignalWatch() {
  loop_.Unregister(fd_, *this);
  close(fd_);
}

void SignalWatch::OnIo(IoEvents) {
  signalfd_siginfo signal;
  while (read(fd_, &signal, sizeof signal) == sizeof signal) on_signal_();
}

absl::StatusOr<Address> ParseHostPort(const std::string& text) {
  const size_t colon = text.rfind(':');
  uint32_t port = 0;
  if (colon == std::string::npos || !absl::SimpleAtoi(text.substr(colon + 1), &port) ||
      port > std::numeric_limits<uint16_t>::max()) {
    return absl::InvalidArgumentError(absl::StrCat(text, ": expected ADDRESS:PORT"));
  }
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return Address::FromIp(host, static_cast<uint16_t>(port));
}

}  // namespace outrigger::load
