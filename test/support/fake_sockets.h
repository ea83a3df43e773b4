// The system's sockets with faults: fails calls on demand, shortens writes, counts what was called.
//
// Reads are not shortened: a short read means "empty" on a real socket, so a shortened one would be
// a lie that no kernel tells. Let the peer send small pieces instead.
//
// Thread: the test's loop.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <utility>

#include "net/socket.h"

namespace outrigger {

enum class SocketCall {
  kOpen,
  kBind,
  kListen,
  kAccept,
  kConnect,
  kSetOption,
  kTakeError,
  kRead,
  kWrite,
  kShutdownWrite,
  kSetResetOnClose,
  kClose,
  kLocalAddress,
  kAcknowledgedBytes,
};

class FakeSockets final : public Sockets {
 public:
  // The next `times` calls of this kind fail with `error`, without reaching the kernel.
  void FailNext(SocketCall call, int error, int times = 1);
  // A write takes at most this many bytes.
  void SetWriteMax(size_t bytes) { write_max_ = bytes; }
  // Runs before each call, and may fail it by FailNext.
  void OnEachCall(std::function<void(SocketCall)> on_call) { on_call_ = std::move(on_call); }
  int count(SocketCall call) const { return counts_[static_cast<size_t>(call)]; }
  int total_count() const;
  void ResetCounts() { counts_ = {}; }
  // Descriptors opened or accepted here and not closed yet.
  size_t open_descriptors() const { return open_.size(); }

  int Open(const Address& address) override;
  int Bind(int fd, const Address& address) override;
  int Listen(int fd, int backlog) override;
  int Accept(int listen_fd, Address& peer) override;
  int Connect(int fd, const Address& address) override;
  int SetOption(int fd, int level, int name, std::string_view value) override;
  int TakeError(int fd) override;
  ssize_t Read(int fd, char* into, size_t size) override;
  ssize_t Write(int fd, const iovec* pieces, int count) override;
  int ShutdownWrite(int fd) override;
  void SetResetOnClose(int fd) override;
  void Close(int fd) override;
  Address LocalAddress(int fd) override;
  int64_t AcknowledgedBytes(int fd) override;

 private:
  static constexpr size_t kCalls = static_cast<size_t>(SocketCall::kAcknowledgedBytes) + 1;

  // The errno to fail with, or 0.
  int Enter(SocketCall call);

  SystemSockets system_;
  std::array<int, kCalls> counts_{};
  std::array<std::deque<int>, kCalls> faults_;
  std::set<int> open_;
  size_t write_max_ = SIZE_MAX;
  std::function<void(SocketCall)> on_call_;
};

}  // namespace outrigger
