// One destination of access log entries: a ring for each worker, and whom on the control thread to
// tell that there is something in them.
//
// An entry for which its worker's ring has no room is dropped and counted: a service that is slow,
// or gone, costs entries, never requests. A worker tells control of the first entry after a quiet
// time, and of a batch that is complete; of nothing between.
//
// Shared by all loggers of equal configuration, of every version; kept by access_log_services.
// Thread: Append: workers; the rest: control.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "event/event_loop.h"
#include "logging/entry_form.h"
#include "logging/line_ring.h"
#include "stats/scope.h"

namespace outrigger::logging {

// What loggers have in common that write to one stream; they are equal in all of it.
struct AccessLogServiceOptions {
  EntryKind kind = EntryKind::kHttp;
  std::string grpc_service;  // serialized envoy.config.core.v3.GrpcService
  std::string log_name;
  Duration flush_interval = std::chrono::seconds(1);
  size_t batch_bytes = 16 * 1024;  // as soon as that many are there they are sent; 0: each one
  bool operator==(const AccessLogServiceOptions&) const = default;
};

class AccessLogService : public std::enable_shared_from_this<AccessLogService> {
 public:
  // Of a batch: half of a worker's ring, so that the other half takes what comes meanwhile.
  static constexpr size_t kBatchBytesMax = LineRing::kBytes / 2;

  class Reader {
   public:
    virtual ~Reader() = default;
    // There are entries, after there were none.
    virtual void OnEntries() = 0;
    // Enough for a batch of one worker alone.
    virtual void OnBatch() = 0;
  };

  AccessLogService(EventLoop& control, AccessLogServiceOptions options,
                   std::shared_ptr<stats::Scope> stats);
  // What is left is dropped, and counted.
  ~AccessLogService();

  // Of the worker with that index: an entry as entry_message writes it.
  void Append(std::string_view entry, stats::WriterIndex worker);

  const AccessLogServiceOptions& options() const { return options_; }
  stats::Block& stats() const { return stats_->ForWriter(stats::kControlWriter); }
  // Null: nobody reads.
  void SetReader(Reader* reader);
  bool has_entries() const;
  // Entries move onto the end of `batch` until it is full: how many.
  size_t Take(std::string& batch);
  // All is read: the next entry is told of. False: there is some again.
  bool Rest();
  // A complete batch is told of again.
  void ExpectBatch() { is_batch_told_.store(false, std::memory_order_relaxed); }

 private:
  LineRing& RingOf(stats::WriterIndex worker);
  size_t TakeFrom(LineRing& ring, std::string& batch);
  bool IsFull(const std::string& batch) const {
    return !batch.empty() && batch.size() >= options_.batch_bytes;
  }

  EventLoop& control_;
  const AccessLogServiceOptions options_;
  const std::shared_ptr<stats::Scope> stats_;
  std::array<std::atomic<LineRing*>, stats::kWorkersMax> rings_{};
  std::atomic<bool> is_told_ = false;  // that there are entries
  std::atomic<bool> is_batch_told_ = false;
  Reader* reader_ = nullptr;
  stats::WriterIndex next_ring_ = 0;  // so that no worker's entries wait for all of another's
};

}  // namespace outrigger::logging
