// One stream to an access log service: what workers leave for it goes out in batches.
//
// It is opened when there is something to send, and again after a back-off when it ends; meanwhile
// entries wait in their rings. No more is sent than one round of batches before the service has
// taken the last one, so that a slow service fills the rings and nothing else.
//
// Owned by LogStreams. Thread: control.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/back_off.h"
#include "base/random.h"
#include "compiler/configuration.h"
#include "compiler/grpc_service_compiler.h"
#include "event/timer.h"
#include "grpc_link/byte_stream.h"
#include "grpc_link/completion_thread.h"
#include "logging/access_log_service.h"
#include "server/cluster_link.h"
#include "server/service.h"

namespace outrigger {

class LogStream final : private ByteStreamEvents, private logging::AccessLogService::Reader {
 public:
  // Of entries on their way, about.
  static constexpr size_t kRoundBytes = 256 * 1024;
  // How long it may take to send what is left when no logger has the service any more.
  static constexpr Duration kLeaveMax = std::chrono::seconds(5);

  // What all streams use; it outlives them.
  struct World {
    EventLoop& control;
    Service& service;
    CompletionThread& completions;
    Random& random;
    const std::string& node;  // serialized
  };
  // `log` outlives it.
  LogStream(const World& world, logging::AccessLogService& log);
  ~LogStream() override;

  // Where the service is may have changed.
  void OnPublish(const compiler::Configuration& configuration);
  // No logger has the service now: what is left is sent, and the stream ended. To be called again
  // until it returns true: then all of it has happened, or cannot.
  bool Leave();
  // Some logger has it again.
  void Stay();

 private:
  void OnReady() override;
  void OnMessage(std::string_view) override {}  // there is nothing that a service could say
  void OnSent() override;
  void OnClosed(const absl::Status& status) override;
  void OnEntries() override;
  void OnBatch() override { Send(); }

  void Send();
  void SendRound();
  void Gather();
  void Open();
  void EndStream();

  World world_;
  logging::AccessLogService& log_;
  const compiler::GrpcTarget target_;
  ClusterLink link_;
  Timer flush_timer_;
  Timer retry_timer_;
  BackOff back_off_;
  std::string batch_;
  bool is_due_ = false;      // what there is goes out as soon as it may
  bool has_failed_ = false;  // and the log has been told
  std::optional<MonotonicTime> leaving_since_;
  // Of the current stream:
  std::unique_ptr<ByteStream> stream_;
  MonotonicTime opened_at_{};
  size_t on_the_way_ = 0;  // entries sent, and not known to have gone out
  bool is_ready_ = false;
  bool has_identified_ = false;
  bool has_ended_sending_ = false;
};

}  // namespace outrigger
