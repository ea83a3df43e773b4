// The half of a connection that reads.
#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "net/close_reason.h"
#include "net/connection.h"

namespace outrigger {

bool Connection::wants_to_read() const {
  if (!may_have_bytes_ || saw_eof_) return false;
  switch (state_) {
    case State::kOpen:
      return read_pauses_ == 0 && kept_.size() < kept_bytes_max_;
    case State::kFlushing:
    case State::kLingering:
      return true;  // dropped, so that our kernel does not answer with a reset
    case State::kConnecting:
    case State::kHandshaking:
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
  if (state_ == State::kOpen) room = std::min(room, kept_bytes_max_ - kept_.size());
  const ssize_t count = transport_->Read(net_.read_scratch, room);
  if (count < 0) {
    if (count == -EINTR) return;
    may_have_bytes_ = false;
    const int error = static_cast<int>(-count);
    if (error == EAGAIN) return;
    // A transport's word: no socket reads EPIPE.
    CloseNow(error == EPIPE ? CloseReason::kUnsaidEnd : CloseReasonOf(error), error);
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
  if (size < room && !reads_to_end_ && !transport_->has_more_to_tell()) may_have_bytes_ = false;
  budget -= std::min(budget, size);
  bytes_read_ += size;
  spins_ = 0;
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
  if (taken > 0) spins_ = 0;
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
  WakeAtTurnEnd();
}

}  // namespace outrigger
