#include "downstream/exchange_log.h"

#include <algorithm>

#include "base/check.h"
#include "downstream/connection_log.h"
#include "event/event_loop.h"

namespace outrigger {

namespace {

std::string_view ProtocolName(http::Version version) {
  switch (version) {
    case http::Version::kHttp10:
      return "HTTP/1.0";
    case http::Version::kHttp11:
      return "HTTP/1.1";
    case http::Version::kHttp2:
      return "HTTP/2";
  }
  return {};
}

}  // namespace

// Where virtual hosts are discovered, those with formats may come while the request waits.
bool ExchangeLog::IsWanted(const HttpOptions& options, const routing::RouteTable* routes) {
  return !options.access_logs.empty() || options.has_formatting_filter ||
         options.local_replies != nullptr || options.scoped_routes != nullptr ||
         (routes != nullptr &&
          (routes->has_formats() || routes->values().host_discovery.has_value()));
}

void ExchangeLog::Begin(const FilterChain& chain, const Connection& connection,
                        const http::RequestHead& request, Arena& arena) {
  EventLoop& loop = connection.loop();
  notes_ = arena.NewArray<Notes>(1).data();
  notes_->chain = &chain;
  notes_->connection = &connection;
  notes_->request = &request;
  notes_->arena = &arena;
  notes_->began_at = loop.wall_now();
  notes_->started_at = loop.now();
  notes_->client = &connection.peer_address();
  // Asked while there is a socket to ask.
  static_cast<void>(connection.local_address());
}

void ExchangeLog::OnEndpointChosen(const Address& address, bool is_first) {
  if (notes_ == nullptr) return;
  if (!is_first) ++notes_->attempts;
  notes_->upstream = address;
  notes_->upstream_local = Address();
}

void ExchangeLog::OnUpstreamConnected(const UpstreamStream& stream) {
  if (notes_ == nullptr) return;
  const TransportAgreement agreed = stream.agreement();
  notes_->forwarded_at = notes_->connection->loop().now();
  notes_->upstream_local = stream.local_address();
  notes_->upstream_tls_version = agreed.version;
  notes_->upstream_tls_cipher = agreed.cipher;
}

void ExchangeLog::OnUpstreamHead() {
  if (notes_ == nullptr) return;
  notes_->answered_at = notes_->connection->loop().now();
  notes_->details = "via_upstream";
}

void ExchangeLog::OnError(const http::Error& error, bool is_response_started) {
  if (notes_ == nullptr) return;
  const http::ErrorRow& row = http::RowFor(error.kind);
  notes_->flags.Add(row.response_flag);
  notes_->details = row.details;
  if (error.kind == http::ErrorKind::kConnectFailure && !is_response_started) {
    NoteConnectFailure(error.cause, row.details);
  }
}

// Envoy's words: delayed_connect_error:_Connection_refused, in the details too.
void ExchangeLog::NoteConnectFailure(std::string_view cause, std::string_view details) {
  const std::string_view words[] = {"delayed connect error: ", cause};
  const std::string_view reason = notes_->arena->Join(words);
  const std::span<char> joined = notes_->arena->NewArray<char>(reason.size());
  std::replace_copy(reason.begin(), reason.end(), joined.begin(), ' ', '_');
  notes_->upstream_failure = {joined.data(), joined.size()};
  details.remove_suffix(1);
  const std::string_view pieces[] = {details, "|", notes_->upstream_failure, "}"};
  notes_->details = notes_->arena->Join(pieces);
}

void ExchangeLog::NoteTimes(logging::LogEntry& entry) const {
  const auto since_start = [this](std::optional<MonotonicTime> at) {
    return at.has_value() ? std::optional<Duration>(*at - notes_->started_at) : std::nullopt;
  };
  entry.took = notes_->connection->loop().now() - notes_->started_at;
  entry.request_took = since_start(notes_->request_ended_at);
  entry.response_took = since_start(notes_->answered_at);
  entry.forwarding_began = since_start(notes_->forwarded_at);
  // What has come goes on as soon as it is connected.
  if (notes_->forwarded_at.has_value() && notes_->request_ended_at.has_value()) {
    entry.forwarding_ended = std::max(entry.forwarding_began, entry.request_took);
  }
  entry.response_ended = since_start(notes_->upstream_ended_at);
  entry.reply_began = since_start(notes_->reply_began_at);
  entry.reply_ended = since_start(notes_->reply_ended_at);
}

logging::LogEntry ExchangeLog::Entry(const Standing& standing) const {
  OUTRIGGER_CHECK(notes_ != nullptr);
  const Notes& notes = *notes_;
  logging::LogEntry entry;
  entry.request = notes.request;
  entry.response = standing.response;
  entry.response_trailers = notes.trailers;
  entry.protocol = ProtocolName(notes.request->version);
  entry.started_at = notes.began_at;
  NoteTimes(entry);
  if (standing.response != nullptr) entry.status = standing.response->status;
  entry.flags = notes.flags;
  entry.flags.Add(standing.filter_flags);
  entry.is_health_check = standing.is_health_check;
  entry.metadata = standing.metadata;
  entry.messages = standing.messages;
  entry.details = notes.details;
  entry.upstream_failure = notes.upstream_failure;
  entry.bytes_received = notes.bytes_received;
  entry.bytes_sent = notes.bytes_sent;
  entry.attempts = notes.attempts;
  entry.upstream_cluster = standing.cluster;
  entry.upstream_host = notes.upstream;
  entry.upstream_local = notes.upstream_local;
  ConnectionLog::Describe(*notes.connection, entry);
  entry.downstream_remote = *notes.client;
  entry.upstream_tls_version = notes.upstream_tls_version;
  entry.upstream_tls_cipher = notes.upstream_tls_cipher;
  entry.route = standing.route;
  entry.filter_chain = *notes.chain->name;
  return entry;
}

void ExchangeLog::Write(const Standing& standing, WorkerContext& context) const {
  if (notes_ == nullptr) return;
  const AccessLogs& logs = notes_->chain->http().access_logs;
  if (logs.empty()) return;
  logging::LogEntry entry = Entry(standing);
  entry.type = logging::LogType::kDownstreamEnd;
  WriteLines(logs, entry, {context.writer, context.random, context.log_line});
}

void ExchangeLog::WriteUnread(const FilterChain& chain, const Connection& connection,
                              const http::Error& error, WorkerContext& context) {
  const AccessLogs& logs = chain.http().access_logs;
  if (logs.empty()) return;
  const http::ErrorRow& row = http::RowFor(error.kind);
  logging::LogEntry entry;
  entry.type = logging::LogType::kDownstreamEnd;
  entry.protocol =
      ProtocolName(connection.agreement().application_protocol == "h2" ? http::Version::kHttp2
                                                                       : http::Version::kHttp11);
  entry.started_at = connection.loop().wall_now();
  entry.status = row.status;
  entry.flags.Add(row.response_flag);
  entry.details = row.details;
  entry.bytes_sent = row.body.size();
  ConnectionLog::Describe(connection, entry);
  entry.filter_chain = *chain.name;
  WriteLines(logs, entry, {context.writer, context.random, context.log_line});
}

}  // namespace outrigger
