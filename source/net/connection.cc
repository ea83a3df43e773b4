#include "net/connection.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"

namespace outrigger {

namespace {

constexpr int kIovecMax = 16;

CloseReason ReasonOf(int error) {
  return error == ECONNRESET || error == EPIPE ? CloseReason::kRemoteReset : CloseReason::kIoError;
}

}  // namespace

std::unique_ptr<Connection> Connection::FromAccepted(NetContext& net, int fd, const Address& peer) {
  return std::unique_ptr<Connection>(new Connection(net, fd, peer, State::kOpen));
}

std::unique_ptr<Connection> Connection::StartConnect(NetContext& net, const Address& peer,
                                                     Duration connect_timeout) {
  const int fd = net.sockets.Open(peer);
  auto connection =
      std::unique_ptr<Connection>(new Connection(net, std::max(fd, -1), peer, State::kConnecting));
  const int result = fd < 0 ? fd : net.sockets.Connect(fd, peer);
  if (result != 0 && result != -EINPROGRESS) {
    connection->CloseNow(CloseReason::kConnectFailed, -result);
  } else {
    connection->timer_.Arm(connect_timeout);
  }
  return connection;
}

Connection::Connection(NetContext& net, int fd, const Address& peer, State state)
    : net_(net),
      peer_(peer),
      fd_(fd),
      state_(state),
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
  if (!local_.is_set() && fd_ >= 0) local_ = net_.sockets.LocalAddress(fd_);
  return local_;
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
    net_.loop.AtTurnEnd(*this);
  }
}

// Returns whether the connection can be used.
bool Connection::FinishConnect(IoEvents events) {
  if (!events.writable && !events.error && !events.hangup) return false;
  if (const int error = net_.sockets.TakeError(fd_); error != 0) {
    CloseNow(CloseReason::kConnectFailed, error);
    return false;
  }
  state_ = State::kOpen;
  timer_.Disarm();
  last_activity_ = net_.loop.now();
  ArmIdle();
  net_.loop.AtTurnEnd(*this);  // what was written while connecting
  filter_->OnConnected();
  return state_ != State::kClosed;
}

bool Connection::wants_to_read() const {
  if (!may_have_bytes_ || saw_eof_) return false;
  switch (state_) {
    case State::kOpen:
      return read_pauses_ == 0 && kept_.size() < kKeptBytesMax;
    case State::kFlushing:
    case State::kLingering:
      return true;  // dropped, so that our kernel does not answer with a reset
    case State::kConnecting:
    case State::kClosed:
      return false;
  }
  return false;
}

// Returns true when the budget was used up before the socket was.
bool Connection::ReadSome() {
  size_t budget = kReadBudgetBytes;
  while (wants_to_read()) {
    if (budget == 0) return true;
    ReadOnce(budget);
  }
  return false;
}

void Connection::ReadOnce(size_t& budget) {
  size_t room = NetContext::kReadScratchBytes;
  if (state_ == State::kOpen) room = std::min(room, kKeptBytesMax - kept_.size());
  const ssize_t count = net_.sockets.Read(fd_, net_.read_scratch, room);
  if (count < 0) {
    if (count == -EINTR) return;
    may_have_bytes_ = false;
    const int error = static_cast<int>(-count);
    if (error != EAGAIN) CloseNow(ReasonOf(error), error);
    return;
  }
  const auto size = static_cast<size_t>(count);
  if (size == 0) {
    may_have_bytes_ = false;
    saw_eof_ = true;
    DeliverEof();
    return;
  }
  // A short read proves the socket empty: the next edge tells of more (T6).
  if (size < room && !reads_to_end_) may_have_bytes_ = false;
  budget -= std::min(budget, size);
  bytes_read_ += size;
  last_activity_ = net_.loop.now();
  if (state_ == State::kOpen) Deliver({net_.read_scratch, size});
}

void Connection::Deliver(std::string_view fresh) {
  if (!kept_.empty()) {
    kept_.Append(fresh);
    DeliverKept();
    return;
  }
  const size_t taken = filter_->OnBytes(fresh);
  OUTRIGGER_CHECK(taken <= fresh.size());
  if (taken < fresh.size() && state_ == State::kOpen) kept_.Append(fresh.substr(taken));
}

void Connection::DeliverKept() {
  const std::string_view all = kept_.Linearize();
  is_offering_kept_ = true;
  const size_t taken = filter_->OnBytes(all);
  is_offering_kept_ = false;
  OUTRIGGER_CHECK(taken <= all.size());
  kept_.Consume(taken);
}

void Connection::DeliverEof() {
  if (state_ == State::kLingering) CloseNow(CloseReason::kLocal, 0);
  // After a failed write the end is the same reset, reported by whoever found that.
  if (state_ != State::kOpen || read_pauses_ > 0 || write_error_ != 0) return;
  if (std::exchange(eof_delivered_, true)) return;
  filter_->OnEof();
  if (is_write_shut_ && state_ == State::kOpen) CloseNow(CloseReason::kRemoteEof, 0);
}

void Connection::ResumeReading() {
  OUTRIGGER_CHECK(read_pauses_ > 0);
  if (--read_pauses_ > 0) return;
  if (has_pending_input()) OfferKeptBytes();
}

void Connection::OfferKeptBytes() {
  offers_kept_ = true;
  net_.loop.AtTurnEnd(*this);
}

void Connection::Write(std::string_view bytes) {
  if (is_closing() || wants_shutdown_ || is_write_shut_) return;
  write_buffer_.Append(bytes);
  WriteQueued();
}

void Connection::WriteQueued() {
  if (is_closing()) return;
  if (is_write_shut_) {
    write_buffer_.Clear();
    return;
  }
  net_.loop.AtTurnEnd(*this);
  if (write_buffer_.size() <= high_water_) return;
  // A burst larger than the mark leaves at once, so that within a turn, too, little is held.
  FlushWrites();
  if (write_buffer_.size() > high_water_) is_above_high_water_ = true;
}

// Calls nobody: safe inside the filter's own calls.
void Connection::FlushWrites() {
  if (state_ == State::kConnecting || state_ == State::kClosed || is_write_blocked_) return;
  while (!write_buffer_.empty()) {
    iovec pieces[kIovecMax];
    const int count = write_buffer_.FillIovec(pieces, kIovecMax);
    const ssize_t written = net_.sockets.Write(fd_, pieces, count);
    if (written == -EINTR) continue;
    if (written == -EAGAIN) {
      is_write_blocked_ = true;
      return;
    }
    if (written < 0) {
      OnWriteError(static_cast<int>(-written));
      return;
    }
    bytes_written_ += static_cast<uint64_t>(written);
    last_activity_ = net_.loop.now();
    write_buffer_.Consume(static_cast<size_t>(written));
  }
  FinishWriting();
}

void Connection::OnWriteError(int error) {
  write_buffer_.Clear();
  is_write_shut_ = true;
  wants_shutdown_ = false;
  if (state_ != State::kOpen || ReasonOf(error) != CloseReason::kRemoteReset) {
    CloseNow(ReasonOf(error), error);
    return;
  }
  // What the peer said before it went (an early answer) is still to be read, at the turn's end.
  write_error_ = error;
  net_.loop.AtTurnEnd(*this);
}

void Connection::FinishWriting() {
  switch (state_) {
    case State::kOpen:
      if (!std::exchange(wants_shutdown_, false)) return;
      is_write_shut_ = true;
      // Fails only when the peer has reset, which the next read finds.
      static_cast<void>(net_.sockets.ShutdownWrite(fd_));
      if (eof_delivered_) CloseNow(CloseReason::kRemoteEof, 0);
      return;
    case State::kFlushing:
      if (!wants_linger_ || saw_eof_) {
        CloseNow(CloseReason::kLocal, 0);
        return;
      }
      state_ = State::kLingering;
      static_cast<void>(net_.sockets.ShutdownWrite(fd_));  // as above
      return;
    case State::kConnecting:
    case State::kLingering:
    case State::kClosed:
      return;
  }
}

void Connection::TellWaterMarks() {
  if (!is_above_high_water_ || state_ != State::kOpen) return;
  if (!std::exchange(told_high_water_, true)) filter_->OnAboveHighWater();
  if (write_buffer_.size() > high_water_ / 2 || state_ != State::kOpen) return;
  is_above_high_water_ = told_high_water_ = false;
  filter_->OnBelowLowWater();
}

void Connection::ShutdownWrite() {
  if (is_closing() || is_write_shut_) return;
  wants_shutdown_ = true;
  net_.loop.AtTurnEnd(*this);
}

void Connection::Close(Flush flush, Duration flush_timeout) {
  if (state_ == State::kClosed) return;
  if (flush == Flush::kNo || state_ == State::kConnecting) {
    CloseNow(CloseReason::kLocal, 0);
    return;
  }
  if (is_closing()) return;
  wants_linger_ = flush == Flush::kThenLinger;
  if (write_buffer_.empty() && !wants_linger_) {
    CloseNow(CloseReason::kLocal, 0);
    return;
  }
  state_ = State::kFlushing;
  timer_.Arm(flush_timeout);
  net_.loop.AtTurnEnd(*this);
}

void Connection::Reset() {
  if (state_ == State::kClosed) return;
  if (fd_ >= 0) net_.sockets.SetResetOnClose(fd_);
  CloseNow(CloseReason::kLocal, 0);
}

void Connection::SetIdleTimeout(Duration timeout) {
  idle_timeout_ = timeout;
  last_activity_ = net_.loop.now();
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
      CloseNow(CloseReason::kConnectTimeout, ETIMEDOUT);
      return;
    case State::kOpen: {
      // Bytes only note the time; how much of the timeout is left is seen here.
      const Duration left = last_activity_ + idle_timeout_ - net_.loop.now();
      if (left > Duration::zero()) {
        timer_.Arm(left);
      } else {
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

void Connection::OnTurnEnd() {
  FlushWrites();
  TellWaterMarks();
  if (write_error_ != 0) may_have_bytes_ = reads_to_end_ = true;
  if (state_ == State::kOpen && read_pauses_ == 0 && std::exchange(offers_kept_, false) &&
      !kept_.empty()) {
    DeliverKept();
  }
  // A spent budget waits for the next turn: the neighbours first.
  if (std::exchange(is_budget_spent_, false) || ReadSome()) net_.loop.AtTurnEnd(*this);
  if (saw_eof_) DeliverEof();
  if (write_error_ != 0) CloseNow(CloseReason::kRemoteReset, write_error_);
  if (state_ == State::kClosed) ReportClosed();
}

void Connection::CloseNow(CloseReason reason, int system_error) {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  close_reason_ = reason;
  close_error_ = system_error;
  timer_.Disarm();
  net_.loop.AtTurnEnd(*this);
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
  if (filter_ != nullptr) net_.loop.Unregister(fd_, *this);
  net_.sockets.Close(std::exchange(fd_, -1));
}

}  // namespace outrigger
