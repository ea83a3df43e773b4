// The half of a connection that writes.
#include <cerrno>
#include <utility>

#include "net/close_reason.h"
#include "net/connection.h"

namespace outrigger {

namespace {

constexpr int kIovecMax = 16;

}  // namespace

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
  WakeAtTurnEnd();
  if (write_buffer_.size() <= high_water_) return;
  // A burst larger than the mark leaves at once, so that within a turn, too, little is held.
  FlushWrites();
  if (write_buffer_.size() > high_water_) is_above_high_water_ = true;
}

// Calls nobody: safe inside the filter's own calls.
void Connection::FlushWrites() {
  if (!is_ready() || state_ == State::kClosed || is_write_blocked_) return;
  while (!write_buffer_.empty()) {
    iovec pieces[kIovecMax];
    const int count = write_buffer_.FillIovec(pieces, kIovecMax);
    const ssize_t written = transport_->Write(pieces, count);
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
    spins_ = 0;
    last_activity_ = net_.loop.now();
    write_buffer_.Consume(static_cast<size_t>(written));
  }
  if (transport_->has_queued()) {
    const int flushed = transport_->Flush();
    is_write_blocked_ = flushed == -EAGAIN;
    if (flushed < 0 && !is_write_blocked_) OnWriteError(-flushed);
    if (flushed != 0) return;
  }
  FinishWriting();
}

// The transport's own last words. False: they have not all left.
bool Connection::SayEnd() {
  is_write_blocked_ = transport_->SayEnd() == -EAGAIN;
  return !is_write_blocked_;
}

void Connection::OnWriteError(int error) {
  write_buffer_.Clear();
  is_write_shut_ = true;
  wants_shutdown_ = false;
  if (state_ != State::kOpen || CloseReasonOf(error) != CloseReason::kRemoteReset) {
    CloseNow(CloseReasonOf(error), error);
    return;
  }
  // What the peer said before it went (an early answer) is still to be read, at the turn's end.
  write_error_ = error;
  WakeAtTurnEnd();
}

void Connection::FinishWriting() {
  switch (state_) {
    case State::kOpen:
      if (!wants_shutdown_ || !SayEnd()) return;
      wants_shutdown_ = false;
      is_write_shut_ = true;
      // Fails only when the peer has reset, which the next read finds.
      static_cast<void>(net_.sockets.ShutdownWrite(fd_));
      if (eof_delivered_) CloseNow(CloseReason::kRemoteEof, 0);
      return;
    case State::kFlushing:
      if (!SayEnd()) return;
      if (!wants_linger_ || saw_eof_) {
        CloseNow(CloseReason::kLocal, 0);
        return;
      }
      state_ = State::kLingering;
      static_cast<void>(net_.sockets.ShutdownWrite(fd_));  // as above
      return;
    case State::kConnecting:
    case State::kHandshaking:
    case State::kLingering:
    case State::kClosed:
      return;
  }
}

// Worth a try and not worth waiting for: the connection is closed now.
void Connection::SayEndIfItCan() {
  const bool is_idle = write_buffer_.empty() && !transport_->has_queued();
  if (state_ == State::kOpen && is_idle && !is_write_shut_) static_cast<void>(SayEnd());
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
  WakeAtTurnEnd();
}

}  // namespace outrigger
