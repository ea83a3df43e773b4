// One c-ares channel: its sockets, its time-outs, the questions under way in it.
//
// Owned by CaresResolver, which alone uses it; the only file pair that includes <ares.h>.
// Thread: service.
#pragma once

#include <memory>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "event/event_loop.h"
#include "event/io_handler.h"
#include "event/timer.h"
#include "net/dns_resolver.h"

struct ares_addrinfo;
struct ares_channeldata;

namespace outrigger {

class CaresChannel final : private IoHandler {
 public:
  // May be called before Ask returns.
  using OnAnswer = absl::AnyInvocable<void(DnsResolver::Id, DnsAnswer)>;

  CaresChannel(EventLoop& loop, DnsSettings settings, OnAnswer on_answer);
  // Open questions stay without an answer.
  ~CaresChannel() override;

  absl::Status Open();
  void Ask(DnsResolver::Id id, const DnsQuestion& question);

  const DnsSettings& settings() const { return settings_; }
  MonotonicTime opened_at() const { return opened_at_; }
  size_t questions_open() const { return questions_open_; }
  // Has asked as often from its port as it may, or has seen a failure.
  bool is_spent() const;

 private:
  struct Call {
    CaresChannel& channel;
    DnsResolver::Id id;
  };

  static void OnSocketState(void* self, int fd, int readable, int writable);
  static void OnResult(void* call, int status, int timeouts, ares_addrinfo* result);
  absl::Status SetServers();
  bool HasNoServerOfTheSystem() const;
  void OnIo(IoEvents events) override;
  void Process(int readable_fd, int writable_fd);
  void ArmTimer();

  EventLoop& loop_;
  const DnsSettings settings_;
  OnAnswer on_answer_;
  const MonotonicTime opened_at_;
  int sockets_ = -1;  // the epoll set of its sockets
  ares_channeldata* channel_ = nullptr;
  Timer timer_;
  size_t questions_open_ = 0;
  uint32_t questions_asked_ = 0;
  bool has_failed_ = false;
  bool is_closing_ = false;
};

}  // namespace outrigger
