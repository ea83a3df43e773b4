#include "test/support/loopback.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"

namespace outrigger {

namespace {

constexpr int kIdleTurnsMax = 1000;

void SetNonBlocking(int fd) {
  OUTRIGGER_CHECK(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) == 0);
}

// What a test sends is there at once, however small it is. (Of Unix sockets it always is.)
void SetNoDelay(int fd) {
  const int on = 1;
  static_cast<void>(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
}

}  // namespace

LoopWorld::LoopWorld()
    : scratch(NetContext::kReadScratchBytes),
      loop(clock),
      net{.loop = loop, .sockets = sockets, .slabs = slabs, .read_scratch = scratch.data()} {}

bool LoopWorld::RunUntil(const std::function<bool()>& condition) {
  for (int i = 0; i < kIdleTurnsMax; ++i) {
    if (condition()) return true;
    loop.RunOnce(std::chrono::milliseconds(10));
  }
  return condition();
}

void LoopWorld::RunTurns(int count) {
  for (int i = 0; i < count; ++i) loop.RunOnce(Duration::zero());
}

void LoopWorld::Pass(Duration time) {
  clock.Advance(time);
  RunTurns(2);
}

LoopbackPeer& LoopbackPeer::operator=(LoopbackPeer&& other) noexcept {
  Close();
  fd_ = std::exchange(other.fd_, -1);
  received_ = std::move(other.received_);
  saw_eof_ = other.saw_eof_;
  saw_reset_ = other.saw_reset_;
  return *this;
}

size_t LoopbackPeer::Send(std::string_view bytes) {
  const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  return sent < 0 ? 0 : static_cast<size_t>(sent);
}

bool LoopbackPeer::Receive() {
  char buffer[65536];
  while (true) {
    const ssize_t count = recv(fd_, buffer, sizeof buffer, 0);
    if (count > 0) {
      received_.append(buffer, static_cast<size_t>(count));
      continue;
    }
    if (count == 0) saw_eof_ = true;
    if (count < 0 && errno == ECONNRESET) saw_reset_ = true;
    return !saw_eof_ && !saw_reset_;
  }
}

void LoopbackPeer::ShutdownWrite() { shutdown(fd_, SHUT_WR); }

void LoopbackPeer::Close() {
  if (fd_ >= 0) close(std::exchange(fd_, -1));
}

void LoopbackPeer::Reset() {
  const linger now{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  Close();
}

TcpPair::TcpPair() {
  LoopbackListener listener;
  far = ConnectTo(listener.address());
  near = accept4(listener.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  OUTRIGGER_CHECK(near >= 0);
}

LoopbackListener::LoopbackListener(Mode mode)
    : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  SetNoDelay(fd_);  // as Sockets::Open does: what is accepted inherits it
  const Address any_port = *Address::FromIp("127.0.0.1", 0);
  OUTRIGGER_CHECK(bind(fd_, any_port.data(), any_port.size()) == 0);
  if (mode == Mode::kListens) OUTRIGGER_CHECK(listen(fd_, SOMAXCONN) == 0);
  address_ = SystemSockets().LocalAddress(fd_);
  if (mode != Mode::kHangs) return;
  OUTRIGGER_CHECK(listen(fd_, 0) == 0);
  queued_ = ConnectTo(address_);
}

LoopbackListener::~LoopbackListener() { close(fd_); }

bool LoopbackListener::has_connection() const {
  pollfd entry{fd_, POLLIN, 0};
  return poll(&entry, 1, 0) > 0;
}

LoopbackPeer LoopbackListener::Accept() {
  const int fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  OUTRIGGER_CHECK(fd >= 0);
  SetNoDelay(fd);
  return LoopbackPeer(fd);
}

LoopbackPeer ConnectTo(const Address& address) {
  const int fd = socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  OUTRIGGER_CHECK(connect(fd, address.data(), address.size()) == 0);
  SetNonBlocking(fd);
  SetNoDelay(fd);
  return LoopbackPeer(fd);
}

void RecordingFilter::Take(std::unique_ptr<Connection> connection) {
  connection_ = std::move(connection);
  connection_->Start(*this);
}

size_t RecordingFilter::OnBytes(std::string_view offered) {
  offers.push_back(offered.size());
  const std::string_view taken = offered.substr(0, std::min(take_max, offered.size()));
  bytes += taken;
  if (on_bytes) on_bytes(taken);
  return taken.size();
}

void RecordingFilter::OnEof() {
  events.push_back("eof");
  if (on_eof) on_eof();
}

void RecordingFilter::OnClosed(CloseReason why, int error) {
  OUTRIGGER_CHECK(++closed_count_ == 1);
  events.push_back("closed");
  reason = why;
  system_error = error;
  failure = connection_->transport_failure();
  world_.loop.DeferDelete(std::move(connection_));
}

}  // namespace outrigger
