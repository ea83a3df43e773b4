#include "net/connection.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "net/limited_sockets.h"
#include "net/plain_transport.h"

namespace outrigger {

namespace {

std::unique_ptr<Transport> NewTransport(NetContext& net, int fd,
                                        const ConnectionSecurity& security) {
  if (security.tls == nullptr) return std::make_unique<PlainTransport>(net.sockets, fd);
  return security.tls->NewTransport(net.sockets, net.slabs, fd, security.application_protocols);
}

// What has to be done to a socket before it connects. A path has neither source nor options.
int Prepare(Sockets& sockets, int fd, const Address& peer, const ClientSocket& socket) {
  if (!peer.is_ip()) return 0;
  static_cast<void>(SetSocketOptions(sockets, fd, socket.options, SocketOption::When::kBeforeBind));
  return socket.source.is_set() ? sockets.Bind(fd, socket.source) : 0;
}

}  // namespace

std::unique_ptr<Connection> Connection::FromAccepted(NetContext& net, int fd, const Address& peer,
                                                     const ConnectionSecurity& security) {
  const State state = security.tls == nullptr ? State::kOpen : State::kHandshaking;
  std::unique_ptr<Connection> connection(new Connection(net, fd, peer, state, security));
  if (state == State::kHandshaking && security.handshake_timeout > Duration::zero()) {
    connection->timer_.Arm(security.handshake_timeout);
  }
  return connection;
}

std::unique_ptr<Connection> Connection::StartConnect(NetContext& net, const Address& peer,
                                                     const ConnectOptions& options,
                                                     const ConnectionSecurity& security) {
  const int fd = net.sockets.Open(peer);
  std::unique_ptr<Connection> connection(
      new Connection(net, std::max(fd, -1), peer, State::kConnecting, security));
  if (fd >= 0 && options.socket != nullptr) {
    const int refused = Prepare(net.sockets, fd, peer, *options.socket);
    if (refused != 0) {
      connection->CloseNow(CloseReason::kBindFailed, -refused);
      return connection;
    }
  }
  const int result = fd < 0 ? fd : net.sockets.Connect(fd, peer);
  if (result == -LimitedSockets::kOverLimit) {
    connection->CloseNow(CloseReason::kConnectOverflow, -result);
  } else if (result != 0 && result != -EINPROGRESS) {
    connection->CloseNow(CloseReason::kConnectFailed, -result);
  } else {
    connection->timer_.Arm(options.timeout);
  }
  return connection;
}

Connection::Connection(NetContext& net, int fd, const Address& peer, State state,
                       const ConnectionSecurity& security)
    : net_(net),
      peer_(peer),
      fd_(fd),
      state_(state),
      tls_(security.tls),
      transport_(NewTransport(net, fd, security)),
      kept_(net.slabs),
      write_buffer_(net.slabs),
      timer_(net.loop, [this] { OnTimer(); }),
      last_activity_(net.loop.now()),
      created_at_(net.loop.now()) {}

Connection::~Connection() { CloseDescriptor(); }

void Connection::Start(NetworkFilter& filter) {
  OUTRIGGER_CHECK(filter_ == nullptr);
  if (fd_ >= 0 && !net_.loop.Register(fd_, *this).ok()) {
    CloseDescriptor();  // not registered, so before filter_ is set
    CloseNow(CloseReason::kIoError, ENOMEM);
  }
  filter_ = &filter;
}

const Address& Connection::local_address() const {
  static const Address kUnset;
  if (local_ == nullptr && fd_ >= 0) {
    local_ = std::make_unique<const Address>(net_.sockets.LocalAddress(fd_));
  }
  return local_ == nullptr ? kUnset : *local_;
}

bool Connection::PeerEndedBefore(uint64_t count) const {
  const int error = write_error_ != 0 ? write_error_ : close_error_;
  // After a reset has been told, reading tells an end that the peer never sent.
  const bool has_ended = error == 0 ? saw_eof_ : error == EPIPE;
  if (!has_ended || fd_ < 0) return false;
  const int64_t acknowledged = net_.sockets.AcknowledgedBytes(fd_);
  return acknowledged >= 0 && static_cast<uint64_t>(acknowledged) <= count + 1;
}

void Connection::OnIo(IoEvents events) {
  if (state_ == State::kClosed) return;
  if (state_ == State::kConnecting && !FinishConnect(events)) return;
  if (state_ == State::kHandshaking && !ContinueHandshake()) return;
  if (events.writable && std::exchange(is_write_blocked_, false)) {
    FlushWrites();
    TellWaterMarks();
  }
  if (events.error || events.hangup) reads_to_end_ = true;
  if (events.readable || reads_to_end_) may_have_bytes_ = true;
  if (events.error && !wants_to_read()) {
    // Nobody would find out by reading, and nobody should wait on for a peer that is gone.
    CloseNow(CloseReason::kRemoteReset, net_.sockets.TakeError(fd_));
    return;
  }
  if (ReadSome()) {
    is_budget_spent_ = true;
    WakeAtTurnEnd();
  }
}

// Returns whether the socket can be used.
bool Connection::FinishConnect(IoEvents events) {
  if (!events.writable && !events.error && !events.hangup) return false;
  if (const int error = net_.sockets.TakeError(fd_); error != 0) {
    CloseNow(CloseReason::kConnectFailed, error);
    return false;
  }
  state_ = State::kHandshaking;
  return true;
}

// Returns whether the connection can be used.
bool Connection::ContinueHandshake() {
  const int result = transport_->Handshake();
  if (result == -EAGAIN) return false;
  if (result < 0) {
    CloseNow(CloseReason::kHandshakeFailed, -result);
    return false;
  }
  state_ = State::kOpen;
  timer_.Disarm();
  last_activity_ = net_.loop.now();
  ArmIdle();
  WakeAtTurnEnd();  // what was written meanwhile
  filter_->OnConnected();
  // Bytes behind the handshake may have been read with it.
  if (is_encrypted()) may_have_bytes_ = true;
  return state_ != State::kClosed;
}

void Connection::Close(Flush flush, Duration flush_timeout) {
  if (state_ == State::kClosed) return;
  if (flush == Flush::kNo || !is_ready()) {
    SayEndIfItCan();
    CloseNow(CloseReason::kLocal, 0);
    return;
  }
  if (is_closing()) return;
  wants_linger_ = flush == Flush::kThenLinger;
  if (write_buffer_.empty() && !transport_->has_queued() && !wants_linger_) {
    SayEndIfItCan();
    CloseNow(CloseReason::kLocal, 0);
    return;
  }
  state_ = State::kFlushing;
  timer_.Arm(flush_timeout);
  WakeAtTurnEnd();
}

void Connection::Reset() {
  if (state_ == State::kClosed) return;
  if (fd_ >= 0) net_.sockets.SetResetOnClose(fd_);
  CloseNow(CloseReason::kLocal, 0);
}

void Connection::SetIdleTimeout(Duration timeout) {
  SetUnusedTimeout(timeout);
  bytes_are_use_ = true;
}

void Connection::SetUnusedTimeout(Duration timeout) {
  idle_timeout_ = timeout;
  last_activity_ = net_.loop.now();
  bytes_are_use_ = false;
  ArmIdle();
}

void Connection::ArmIdle() {
  if (state_ != State::kOpen) return;
  if (idle_timeout_ > Duration::zero()) {
    timer_.Arm(idle_timeout_);
  } else {
    timer_.Disarm();
  }
}

void Connection::OnTimer() {
  switch (state_) {
    case State::kConnecting:
    case State::kHandshaking:
      CloseNow(CloseReason::kConnectTimeout, ETIMEDOUT);
      return;
    case State::kOpen: {
      // Bytes only note the time; how much of the timeout is left is seen here.
      const Duration left =
          bytes_are_use_ ? last_activity_ + idle_timeout_ - net_.loop.now() : Duration::zero();
      if (left > Duration::zero()) {
        timer_.Arm(left);
      } else {
        SayEndIfItCan();
        CloseNow(CloseReason::kIdleTimeout, 0);
      }
      return;
    }
    case State::kFlushing:
      CloseNow(CloseReason::kWriteStalled, 0);
      return;
    case State::kLingering:
      CloseNow(CloseReason::kLocal, 0);
      return;
    case State::kClosed:
      return;
  }
}

void Connection::WakeAtTurnEnd() {
  if (!net_.loop.is_ending_turn()) spins_ = 0;
  net_.loop.AtTurnEnd(*this);
}

void Connection::OnTurnEnd() {
  FlushWrites();
  TellWaterMarks();
  if (write_error_ != 0) may_have_bytes_ = reads_to_end_ = true;
  if (state_ == State::kOpen && read_pauses_ == 0 && std::exchange(offers_kept_, false) &&
      !kept_.empty()) {
    DeliverKept();
  }
  // A spent budget waits for the next turn: the neighbours first.
  if (std::exchange(is_budget_spent_, false) || ReadSome()) WakeAtTurnEnd();
  if (saw_eof_) DeliverEof();
  if (write_error_ != 0) CloseNow(CloseReason::kRemoteReset, write_error_);
  if (++spins_ > kSpinsMax) CloseNow(CloseReason::kSpun, 0);
  if (state_ == State::kClosed) ReportClosed();
}

void Connection::CloseNow(CloseReason reason, int system_error) {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  close_reason_ = reason;
  close_error_ = system_error;
  timer_.Disarm();
  WakeAtTurnEnd();
}

void Connection::ReportClosed() {
  IntrusiveList<EventLoop::TurnEndHandler>::Remove(*this);
  kept_.Clear();
  write_buffer_.Clear();
  // Last: the owner lets go of us in there, though not before the end of the turn.
  NetworkFilter* filter = filter_;
  if (filter != nullptr) filter->OnClosed(close_reason_, close_error_);
  CloseDescriptor();
  filter_ = nullptr;
}

void Connection::CloseDescriptor() {
  if (fd_ < 0) return;
  if (filter_ != nullptr) net_.loop.UnregisterClosing(fd_, *this);
  net_.sockets.Close(std::exchange(fd_, -1));
}

}  // namespace outrigger
