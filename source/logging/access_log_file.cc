#include "logging/access_log_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "logging/access_log_stats.h"
#include "logging/access_log_writer.h"

namespace outrigger::logging {

AccessLogFile::AccessLogFile(std::string path, AccessLogWriter& writer,
                             std::shared_ptr<stats::Scope> stats)
    : writer_(writer), stats_(std::move(stats)), sink_(std::move(path)) {}

AccessLogFile::~AccessLogFile() {
  for (auto& place : rings_) {
    const std::unique_ptr<LineRing> ring(place.load(std::memory_order_relaxed));
    if (ring == nullptr) continue;
    stats_->ForWriter(stats::kLogWriter).Subtract(kWriteTotalBuffered, ring->size());
  }
}

// Made by its worker, which alone writes the place.
LineRing& AccessLogFile::RingOf(stats::WriterIndex worker) {
  LineRing* ring = rings_[worker].load(std::memory_order_relaxed);
  if (ring == nullptr) {
    ring = new LineRing();
    rings_[worker].store(ring, std::memory_order_seq_cst);
  }
  return *ring;
}

void AccessLogFile::Append(std::string_view line, stats::WriterIndex worker) {
  stats::Block& stats = stats_->ForWriter(worker);
  LineRing& ring = RingOf(worker);
  if (!ring.Push(line)) {
    stats.Add(kLinesDropped);
    return;
  }
  stats.Add(kWriteBuffered);
  stats.Add(kWriteTotalBuffered, line.size());
  writer_.OnAppended(ring.size() > LineRing::kBytes / 2);
}

bool AccessLogFile::has_lines() const {
  return std::any_of(rings_.begin(), rings_.end(), [](const auto& place) {
    const LineRing* ring = place.load(std::memory_order_seq_cst);
    return ring != nullptr && ring->size() > 0;
  });
}

bool AccessLogFile::TryToOpen() {
  if (sink_.Reopen()) return true;
  stats_->ForWriter(stats::kLogWriter).Add(kReopenFailed);
  Log(LogLevel::kWarning, "access log {} cannot be opened: {}", path(), std::strerror(errno));
  return false;
}

// What was open stays in use when that fails.
void AccessLogFile::Reopen() {
  if (!TryToOpen()) return;
  has_failed_ = false;
  retry_ = kRetryFirst;
}

void AccessLogFile::OnFailure(MonotonicTime now) {
  has_failed_ = true;
  retry_at_ = now + retry_;
  retry_ = std::min(retry_ * 2, kRetryMax);
}

bool AccessLogFile::IsReady(MonotonicTime now) {
  if (!has_failed_ && sink_.is_open()) return true;
  if (now < retry_at_) return false;
  if (TryToOpen()) return true;
  OnFailure(now);
  return false;
}

bool AccessLogFile::Flush(MonotonicTime now) {
  if (!IsReady(now)) return !has_lines();
  for (stats::WriterIndex count = 0; count < stats::kWorkersMax; ++count) {
    LineRing* ring = rings_[next_ring_].load(std::memory_order_acquire);
    if (ring != nullptr && !Empty(*ring, now)) return false;
    next_ring_ = (next_ring_ + 1) % stats::kWorkersMax;
  }
  return true;
}

bool AccessLogFile::Empty(LineRing& ring, MonotonicTime now) {
  stats::Block& stats = stats_->ForWriter(stats::kLogWriter);
  // As much as is there now: a worker may go on for ever.
  size_t left = ring.size();
  while (left > 0) {
    const auto pieces = ring.Peek();
    const std::string_view piece = pieces[0].substr(0, left);
    const long written = sink_.Write(piece);
    if (written <= 0) {
      if (written == 0) return false;
      stats.Add(kWriteFailed);
      if (!has_failed_) {
        Log(LogLevel::kWarning, "access log {} cannot be written: {}", path(),
            std::strerror(errno));
      }
      OnFailure(now);
      return false;
    }
    has_failed_ = false;
    retry_ = kRetryFirst;
    stats.Add(kWriteCompleted);
    stats.Subtract(kWriteTotalBuffered, static_cast<uint64_t>(written));
    ring.Pop(static_cast<size_t>(written));
    left -= static_cast<size_t>(written);
  }
  return true;
}

}  // namespace outrigger::logging
