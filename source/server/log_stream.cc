#include "server/log_stream.h"

#include <utility>

#include "base/log.h"
#include "logging/access_log_service_stats.h"
#include "logging/entry_message.h"

namespace outrigger {

LogStream::LogStream(const World& world, logging::AccessLogService& log)
    : world_(world),
      log_(log),
      target_(compiler::GrpcTargetOf(log.options().grpc_service)),
      link_(world.control, world.service, target_.authority, nullptr),
      flush_timer_(world.control, [this] { Send(); }),
      retry_timer_(world.control, [this] { Send(); }),
      back_off_(target_.back_off_base, target_.back_off_max) {
  log_.SetReader(this);
  if (log_.has_entries()) OnEntries();
}

LogStream::~LogStream() { log_.SetReader(nullptr); }

void LogStream::OnPublish(const compiler::Configuration& configuration) {
  const auto* found = configuration.resources().clusters.Find(target_.cluster);
  link_.SetCluster(found == nullptr ? nullptr : found->value);
  if (link_.OnPublish(configuration.linker()) && is_due_) Send();
}

void LogStream::OnEntries() {
  if (!flush_timer_.is_armed()) flush_timer_.Arm(log_.options().flush_interval);
}

// Whatever keeps it from being sent now calls again when it is over.
void LogStream::Send() {
  is_due_ = true;
  if (retry_timer_.is_armed() || !link_.is_reachable() || on_the_way_ > 0) return;
  if (has_ended_sending_) return;
  if (stream_ == nullptr) {
    Open();
  } else if (is_ready_) {
    SendRound();
  }
}

void LogStream::Open() {
  if (!log_.has_entries()) return Gather();
  opened_at_ = world_.control.now();
  ByteStreamCall call = {"/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs",
                         target_.initial_metadata};
  ByteStreamEvents& events = *this;
  stream_ = std::make_unique<ByteStream>(world_.control, link_.link(), world_.completions,
                                         std::move(call), events);
}

void LogStream::OnReady() {
  is_ready_ = true;
  Send();
}

void LogStream::SendRound() {
  flush_timer_.Disarm();
  log_.ExpectBatch();
  const logging::EntryKind kind = log_.options().kind;
  size_t bytes = 0;
  for (batch_.clear(); bytes < kRoundBytes; batch_.clear()) {
    const size_t entries = log_.Take(batch_);
    if (entries == 0) break;
    std::string identifier;
    if (!std::exchange(has_identified_, true)) {
      identifier = logging::StreamIdentifier(world_.node, log_.options().log_name);
    }
    stream_->Send(logging::StreamMessage(kind, identifier, batch_));
    on_the_way_ += entries;
    bytes += batch_.size();
  }
  is_due_ = bytes >= kRoundBytes;
  if (on_the_way_ == 0) Gather();
}

void LogStream::OnSent() {
  log_.stats().Add(logging::kEntriesFlushed, std::exchange(on_the_way_, 0));
  has_failed_ = false;
  is_due_ ? Send() : Gather();
}

// All that was due is sent: what has come meanwhile, and what comes next, waits for its batch.
void LogStream::Gather() {
  is_due_ = false;
  if (!log_.Rest()) OnEntries();
}

void LogStream::OnClosed(const absl::Status& status) {
  const bool is_meant = has_ended_sending_;
  EndStream();
  if (is_meant) return;
  log_.stats().Add(logging::kStreamsFailed);
  if (!std::exchange(has_failed_, true)) {
    Log(LogLevel::kWarning, "access log service {}: stream ended: {}: {}", target_.cluster,
        absl::StatusCodeToString(status.code()), std::string(status.message()));
  }
  link_.HurryNames();
  if (world_.control.now() - opened_at_ > target_.back_off_max) back_off_.Reset();
  retry_timer_.Arm(back_off_.Next(world_.random));
}

// What was on its way may have come or not: it is not sent again.
void LogStream::EndStream() {
  log_.stats().Add(logging::kEntriesFlushFailed, std::exchange(on_the_way_, 0));
  stream_.reset();
  is_ready_ = has_identified_ = has_ended_sending_ = false;
}

bool LogStream::Leave() {
  const MonotonicTime now = world_.control.now();
  if (!leaving_since_.has_value()) leaving_since_ = now;
  if (retry_timer_.is_armed() || now - *leaving_since_ > kLeaveMax) return true;
  if (log_.has_entries()) {
    Send();
    return !link_.is_reachable();
  }
  if (stream_ == nullptr) return true;
  if (on_the_way_ == 0 && is_ready_ && !std::exchange(has_ended_sending_, true)) {
    stream_->EndSending();
  }
  return false;
}

void LogStream::Stay() {
  if (!std::exchange(leaving_since_, std::nullopt).has_value()) return;
  if (has_ended_sending_) EndStream();
  if (log_.has_entries()) OnEntries();
}

}  // namespace outrigger
