#include "downstream/tcp_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "downstream/connection_log.h"

namespace outrigger {

TcpLog::TcpLog(const ChainOfListener& chain, const Connection& connection)
    : connection_(connection) {
  const auto& logs = chain.config().tcp().access_logs;
  const bool has_logs = logs != nullptr && !logs->empty();
  if (!has_logs && chain.listener->config->access_logs == nullptr) return;
  notes_ = std::make_unique<Notes>();
  notes_->logs = logs;
  notes_->chain = chain.config().name;
  notes_->began_at = connection.loop().wall_now();
  // Asked while there is a socket to ask.
  static_cast<void>(connection.local_address());
}

void TcpLog::OnEndpointChosen(const Address& address) {
  if (notes_ == nullptr) return;
  ++notes_->attempts;
  notes_->upstream = address;
  notes_->upstream_failure.clear();
}

void TcpLog::OnUpstreamConnected(const Connection& upstream) {
  if (notes_ == nullptr) return;
  const TransportAgreement agreed = upstream.agreement();
  notes_->upstream_local = upstream.local_address();
  notes_->upstream_tls_version = agreed.version;
  notes_->upstream_tls_cipher = agreed.cipher;
}

// Envoy's words: delayed_connect_error:_Connection_refused.
void TcpLog::OnConnectFailed(int system_error) {
  if (notes_ == nullptr) return;
  notes_->flags.Add(http::ResponseFlag::kUpstreamConnectionFailure);
  if (system_error == 0) return;
  std::string& reason = notes_->upstream_failure;
  reason = fmt::format("delayed connect error: {}", strerrordesc_np(system_error));
  std::replace(reason.begin(), reason.end(), ' ', '_');
}

void TcpLog::Describe(logging::LogEntry& entry) const {
  if (notes_ == nullptr) return;
  entry.flags = notes_->flags;
  entry.upstream_failure = notes_->upstream_failure;
  entry.attempts = notes_->attempts;
  entry.upstream_cluster = notes_->cluster;
  entry.upstream_host = notes_->upstream;
  entry.upstream_local = notes_->upstream_local;
  entry.upstream_tls_version = notes_->upstream_tls_version;
  entry.upstream_tls_cipher = notes_->upstream_tls_cipher;
}

void TcpLog::Write(std::string_view termination_details, WorkerContext& context) const {
  if (notes_ == nullptr || notes_->logs == nullptr) return;
  logging::LogEntry entry;
  Describe(entry);
  ConnectionLog::Describe(connection_, entry);
  entry.type = logging::LogType::kTcpConnectionEnd;
  entry.started_at = notes_->began_at;
  entry.took = connection_.loop().now() - connection_.created_at();
  entry.termination_details = termination_details;
  entry.bytes_received = notes_->bytes_received;
  entry.bytes_sent = notes_->bytes_sent;
  entry.filter_chain = notes_->chain;
  WriteLines(*notes_->logs, entry, {context.writer, context.random, context.log_line});
}

}  // namespace outrigger
