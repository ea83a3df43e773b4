#include "downstream/connection_log.h"

namespace outrigger {

void ConnectionLog::Describe(const Connection& connection, logging::LogEntry& entry) {
  const TransportAgreement agreed = connection.agreement();
  entry.downstream_local = connection.local_address();
  entry.downstream_direct = entry.downstream_remote = connection.peer_address();
  entry.server_name = agreed.server_name;
  entry.downstream_tls_version = agreed.version;
  entry.downstream_tls_cipher = agreed.cipher;
  entry.downstream_tls_suite = agreed.suite;
  entry.downstream_certificate = connection.peer_certificate();
}

ConnectionLog::ConnectionLog(const ChainOfListener& chain, const Connection& connection)
    : connection_(connection) {
  const auto& logs = chain.listener->config->access_logs;
  if (logs == nullptr) return;
  notes_ =
      std::make_unique<const Notes>(Notes{logs, chain.config().name, connection.loop().wall_now()});
  // Asked while there is a socket to ask.
  static_cast<void>(connection.local_address());
}

logging::LogEntry ConnectionLog::Entry() const {
  logging::LogEntry entry;
  entry.started_at = notes_->began_at;
  entry.took = connection_.loop().now() - connection_.created_at();
  entry.downstream_failure = connection_.transport_failure().reason;
  entry.bytes_received = connection_.bytes_read();
  entry.bytes_sent = connection_.bytes_written();
  Describe(connection_, entry);
  entry.filter_chain = notes_->chain;
  return entry;
}

void ConnectionLog::Write(const logging::LogEntry& entry, WorkerContext& context) const {
  WriteLines(*notes_->logs, entry, {context.writer, context.random, context.log_line});
}

void ConnectionLog::WriteUnmatched(const ListenerConfig& listener, int fd, const Address& peer,
                                   WorkerContext& context) {
  if (listener.access_logs == nullptr) return;
  logging::LogEntry entry;
  entry.started_at = context.net.loop.wall_now();
  entry.flags.Add(http::ResponseFlag::kNoRouteFound);
  entry.details = "filter_chain_not_found";
  entry.downstream_local = context.net.sockets.LocalAddress(fd);
  entry.downstream_direct = entry.downstream_remote = peer;
  WriteLines(*listener.access_logs, entry, {context.writer, context.random, context.log_line});
}

}  // namespace outrigger
