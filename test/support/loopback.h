// A loop with everything connections need, and plain peers to talk to it over real loopback
// sockets.
//
// Thread: the test's; the loop runs only inside RunUntil and RunTurns.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/slab.h"
#include "event/event_loop.h"
#include "net/address.h"
#include "net/connection.h"
#include "test/support/fake_clock.h"
#include "test/support/fake_sockets.h"

namespace outrigger {

// One loop on a fake clock, its sockets, slabs and scratch. Members are in the order they must
// live.
struct LoopWorld {
  LoopWorld();

  // Runs turns until `condition` holds; false when it still does not after many seconds of nothing.
  [[nodiscard]] bool RunUntil(const std::function<bool()>& condition);
  // Turns that do not wait: what is ready now, and what follows from it.
  void RunTurns(int count);
  // Lets fake time pass, then runs what is due.
  void Pass(Duration time);

  FakeClock clock;
  FakeSockets sockets;
  SlabPool slabs;
  std::vector<char> scratch;
  EventLoop loop;
  NetContext net;
};

// The other end of a connection: non-blocking calls on a descriptor it owns, driven by the test.
class LoopbackPeer {
 public:
  LoopbackPeer() = default;
  explicit LoopbackPeer(int fd) : fd_(fd) {}
  ~LoopbackPeer() { Close(); }
  LoopbackPeer(LoopbackPeer&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  LoopbackPeer& operator=(LoopbackPeer&& other) noexcept;

  // Returns how many bytes the socket took.
  size_t Send(std::string_view bytes);
  // Adds what has arrived to received(); returns false at the end or on a reset.
  bool Receive();
  const std::string& received() const { return received_; }
  void ClearReceived() { received_.clear(); }
  bool saw_eof() const { return saw_eof_; }
  bool saw_reset() const { return saw_reset_; }
  bool is_open() const { return fd_ >= 0; }
  void ShutdownWrite();
  void Close();
  // RST.
  void Reset();
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
  std::string received_;
  bool saw_eof_ = false;
  bool saw_reset_ = false;
};

// Two ends of one TCP connection over 127.0.0.1, both non-blocking.
struct TcpPair {
  TcpPair();
  int near = -1;  // for Connection::FromAccepted
  LoopbackPeer far;
};

// A TCP socket on a port of the kernel's choice. Only bound, it refuses connections; with its queue
// full, they hang.
class LoopbackListener {
 public:
  enum class Mode { kListens, kRefuses, kHangs };
  explicit LoopbackListener(Mode mode = Mode::kListens);
  ~LoopbackListener();
  LoopbackListener(const LoopbackListener&) = delete;
  LoopbackListener& operator=(const LoopbackListener&) = delete;

  const Address& address() const { return address_; }
  int fd() const { return fd_; }
  // A connection waits to be accepted.
  bool has_connection() const;
  // Waits for the next connection.
  LoopbackPeer Accept();

 private:
  int fd_;
  Address address_;
  LoopbackPeer queued_;  // kHangs
};

// A blocking connect; the result is non-blocking.
LoopbackPeer ConnectTo(const Address& address);

// A filter that writes down what it is told, in order, and takes what the test lets it.
class RecordingFilter final : public NetworkFilter {
 public:
  explicit RecordingFilter(LoopWorld& world) : world_(world) {}

  // Owns the connection from now on and starts it.
  void Take(std::unique_ptr<Connection> connection);
  Connection& connection() { return *connection_; }
  bool is_closed() const { return closed_count_ > 0; }

  void OnConnected() override { events.push_back("connected"); }
  size_t OnBytes(std::string_view bytes) override;
  void OnEof() override;
  void OnAboveHighWater() override { events.push_back("above"); }
  void OnBelowLowWater() override { events.push_back("below"); }
  void OnClosed(CloseReason reason, int system_error) override;

  size_t take_max = SIZE_MAX;  // of each offer
  std::function<void(std::string_view)> on_bytes;
  std::function<void()> on_eof;

  std::vector<std::string> events;  // all but bytes
  std::string bytes;                // taken
  std::vector<size_t> offers;       // the size of each OnBytes
  CloseReason reason = CloseReason::kLocal;
  int system_error = 0;
  TransportFailure failure;

 private:
  LoopWorld& world_;
  std::unique_ptr<Connection> connection_;
  int closed_count_ = 0;
};

}  // namespace outrigger
