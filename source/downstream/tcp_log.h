// What the access logs of its TCP proxy, and of its listener, will want to know of one relayed
// connection: noted as it happens, written as lines at its end. Notes nothing where there are none.
//
// Owned by its tcp_relay. Thread: worker.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "downstream/worker_context.h"
#include "http/response_flag.h"
#include "logging/log_entry.h"
#include "net/connection.h"
#include "snapshot/config_snapshot.h"

namespace outrigger {

class TcpLog {
 public:
  // `connection` outlives it.
  TcpLog(const ChainOfListener& chain, const Connection& connection);

  void SetCluster(std::string_view name) {
    if (notes_ != nullptr) notes_->cluster = name;
  }
  void AddFlag(http::ResponseFlag flag) {
    if (notes_ != nullptr) notes_->flags.Add(flag);
  }
  void CountReceived(size_t bytes) {
    if (notes_ != nullptr) notes_->bytes_received += bytes;
  }
  void CountSent(size_t bytes) {
    if (notes_ != nullptr) notes_->bytes_sent += bytes;
  }
  void OnEndpointChosen(const Address& address);
  void OnUpstreamConnected(const Connection& upstream);
  void OnConnectFailed(int system_error);

  // What a line of the listener's logs says of where it went.
  void Describe(logging::LogEntry& entry) const;
  // `termination_details`: why we ended it; empty: we did not.
  void Write(std::string_view termination_details, WorkerContext& context) const;

 private:
  struct Notes {
    std::shared_ptr<const AccessLogs> logs;  // of the TCP proxy; may be null
    std::string chain;
    std::string cluster;
    std::string upstream_failure;
    std::string_view upstream_tls_version;
    std::string_view upstream_tls_cipher;
    WallTime began_at{};
    Address upstream;
    Address upstream_local;
    uint64_t bytes_received = 0;
    uint64_t bytes_sent = 0;
    uint32_t attempts = 0;
    http::ResponseFlags flags;
  };

  const Connection& connection_;
  std::unique_ptr<Notes> notes_;  // null: there are no logs
};

}  // namespace outrigger
