// One end of a TCP connection in the test's hand, byte by byte: a client that sends what no client
// should, or a service that answers how no service should. Shares no code with the proxy.
//
// Waits are for bytes and give up after kWaitMax; whatever goes wrong, a test sees it as an empty
// or short result.
//
// Thread: one (each thread its own).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace outrigger::test {

class RawPeer {
 public:
  static constexpr std::chrono::seconds kWaitMax{20};

  RawPeer() = default;
  explicit RawPeer(int fd);
  ~RawPeer() { Close(); }
  RawPeer(RawPeer&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        pending_(std::move(other.pending_)),
        has_ended_(other.has_ended_),
        was_reset_(other.was_reset_) {}
  RawPeer& operator=(RawPeer&& other) noexcept;

  // To a loopback address; not connected when that fails.
  static RawPeer ConnectTo(uint16_t port, const std::string& host = "127.0.0.1");

  bool is_connected() const { return fd_ >= 0; }
  int fd() const { return fd_; }
  // Blocks while the other side does not take the bytes; false when it never does, or is gone.
  bool Send(std::string_view bytes);
  // As many bytes as the socket takes at once.
  size_t SendSome(std::string_view bytes);
  // What comes up to and with `end`; what had come before the connection ended, or the wait.
  std::string ReadUntil(std::string_view end);
  std::string ReadBytes(size_t count);
  // Until the other side has finished.
  std::string ReadToEnd();
  // A head and as much body as its content-length says.
  std::string ReadMessage();
  // The other side has finished (or reset) and nothing is left to read. Waits for it.
  bool HasEnded();
  // The same, and by a reset. The other way round: HasEnded() && !WasReset().
  bool WasReset() { return HasEnded() && was_reset_; }

  void ShutdownWrite();
  void Close();
  // RST instead of FIN.
  void Reset();

 private:
  bool ReadMore();
  std::string Take(size_t count);

  int fd_ = -1;
  std::string pending_;  // read, and not asked for yet
  bool has_ended_ = false;
  bool was_reset_ = false;
};

class RawListener {
 public:
  RawListener();
  ~RawListener();
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;

  uint16_t port() const { return port_; }
  // The next connection; not connected when none came in time.
  RawPeer Accept();

 private:
  int fd_ = -1;
  uint16_t port_ = 0;
};

}  // namespace outrigger::test
