#include "logging/access_log_service.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "logging/access_log_service_stats.h"
#include "logging/entry_message.h"

namespace outrigger::logging {

namespace {

using Pieces = std::array<std::string_view, 2>;

// Moves bytes from the front of the pieces.
void TakeBytes(size_t count, Pieces& pieces, std::string& to) {
  for (std::string_view& piece : pieces) {
    const size_t here = std::min(count, piece.size());
    to.append(piece.substr(0, here));
    piece.remove_prefix(here);
    count -= here;
  }
}

size_t FirstEntryBytesOf(const Pieces& pieces) {
  if (pieces[0].size() >= kEntryBeginBytes) return FirstEntryBytes(pieces[0]);
  char begin[kEntryBeginBytes];
  size_t size = pieces[0].copy(begin, kEntryBeginBytes);
  size += pieces[1].copy(begin + size, kEntryBeginBytes - size);
  return FirstEntryBytes({begin, size});
}

}  // namespace

AccessLogService::AccessLogService(EventLoop& control, AccessLogServiceOptions options,
                                   std::shared_ptr<stats::Scope> stats)
    : control_(control), options_(std::move(options)), stats_(std::move(stats)) {}

AccessLogService::~AccessLogService() {
  std::string rest;
  while (const size_t entries = Take(rest)) {
    stats().Add(kLogsDropped, entries);
    rest.clear();
  }
  for (auto& place : rings_) delete place.load(std::memory_order_relaxed);
}

// Made by its worker, which alone writes the place.
LineRing& AccessLogService::RingOf(stats::WriterIndex worker) {
  LineRing* ring = rings_[worker].load(std::memory_order_relaxed);
  if (ring == nullptr) {
    ring = new LineRing();
    rings_[worker].store(ring, std::memory_order_seq_cst);
  }
  return *ring;
}

void AccessLogService::Append(std::string_view entry, stats::WriterIndex worker) {
  LineRing& ring = RingOf(worker);
  if (!ring.Push(entry)) {
    stats_->ForWriter(worker).Add(kLogsDropped);
    return;
  }
  stats_->ForWriter(worker).Add(kLogsWritten);
  if (!is_told_.load(std::memory_order_seq_cst) && !is_told_.exchange(true)) {
    control_.Post([self = shared_from_this()] {
      if (self->reader_ != nullptr) self->reader_->OnEntries();
    });
  }
  if (ring.size() < options_.batch_bytes) return;
  if (!is_batch_told_.load(std::memory_order_relaxed) && !is_batch_told_.exchange(true)) {
    control_.Post([self = shared_from_this()] {
      if (self->reader_ != nullptr) self->reader_->OnBatch();
    });
  }
}

void AccessLogService::SetReader(Reader* reader) { reader_ = reader; }

bool AccessLogService::has_entries() const {
  return std::any_of(rings_.begin(), rings_.end(), [](const auto& place) {
    const LineRing* ring = place.load(std::memory_order_seq_cst);
    return ring != nullptr && ring->size() > 0;
  });
}

size_t AccessLogService::TakeFrom(LineRing& ring, std::string& batch) {
  Pieces pieces = ring.Peek();
  const size_t there = pieces[0].size() + pieces[1].size();
  size_t entries = 0;
  size_t taken = 0;
  while (taken < there && !IsFull(batch)) {
    const size_t bytes = FirstEntryBytesOf(pieces);
    OUTRIGGER_CHECK(bytes > 0 && bytes <= there - taken);
    TakeBytes(bytes, pieces, batch);
    taken += bytes;
    ++entries;
  }
  ring.Pop(taken);
  return entries;
}

size_t AccessLogService::Take(std::string& batch) {
  size_t entries = 0;
  for (stats::WriterIndex count = 0; count < stats::kWorkersMax && !IsFull(batch); ++count) {
    LineRing* ring = rings_[next_ring_].load(std::memory_order_acquire);
    if (ring != nullptr) entries += TakeFrom(*ring, batch);
    next_ring_ = (next_ring_ + 1) % stats::kWorkersMax;
  }
  return entries;
}

// A worker that found it told before it is not any more has its entry seen here.
bool AccessLogService::Rest() {
  is_told_.store(false, std::memory_order_seq_cst);
  if (!has_entries()) return true;
  is_told_.store(true, std::memory_order_seq_cst);
  return false;
}

}  // namespace outrigger::logging
