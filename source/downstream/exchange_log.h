// What there is to tell of one exchange: noted as it happens, for format strings on the way and for
// the access logs of its connection manager, which get their lines at its end.
//
// Where nobody asks it notes nothing, and costs a look at a pointer. Owned by its exchange, in
// whose arena the notes lie. Thread: worker.
#pragma once

#include <optional>
#include <string_view>

#include "base/arena.h"
#include "downstream/worker_context.h"
#include "http/error.h"
#include "http/message.h"
#include "logging/log_entry.h"
#include "net/connection.h"
#include "snapshot/listener_config.h"
#include "upstream/upstream_stream.h"

namespace outrigger {

class ExchangeLog {
 public:
  // Whether anybody will ask.
  static bool IsWanted(const HttpOptions& options, const routing::RouteTable* routes);
  // `request` before anything of it is changed; it, `chain` and `connection` outlive the lines.
  void Begin(const FilterChain& chain, const Connection& connection,
             const http::RequestHead& request, Arena& arena);
  // Its notes are gone with the arena.
  void Reset() { notes_ = nullptr; }

  // Who sent it is known now: `client` lives as long as the exchange.
  void OnClientKnown(const Address& client) {
    if (notes_ != nullptr) notes_->client = &client;
  }
  void OnRequestEnd() {
    if (notes_ != nullptr) notes_->request_ended_at = notes_->connection->loop().now();
  }
  void CountReceived(size_t bytes) {
    if (notes_ != nullptr) notes_->bytes_received += bytes;
  }
  void CountSent(size_t bytes) {
    if (notes_ != nullptr) notes_->bytes_sent += bytes;
  }
  // It goes to a cluster.
  void OnForwarded() {
    if (notes_ != nullptr) notes_->attempts = 1;
  }
  void OnEndpointChosen(const Address& address, bool is_first);
  void OnUpstreamConnected(const UpstreamStream& stream);
  // The response will be the upstream's.
  void OnUpstreamHead();
  // `trailers` may be null.
  void OnUpstreamEnd(const http::HeaderMap* trailers) {
    if (notes_ == nullptr) return;
    notes_->trailers = trailers;
    notes_->upstream_ended_at = notes_->connection->loop().now();
  }
  // The client is sent the head of its answer, the last byte of it.
  void OnReplyHead() {
    if (notes_ != nullptr) notes_->reply_began_at = notes_->connection->loop().now();
  }
  void OnReplyEnd() {
    if (notes_ != nullptr) notes_->reply_ended_at = notes_->connection->loop().now();
  }
  // It will be one of our own, or none.
  void SetDetails(std::string_view details) {
    if (notes_ != nullptr) notes_->details = details;
  }
  void OnError(const http::Error& error, bool is_response_started);

  // What is known elsewhere.
  struct Standing {
    const http::ResponseHead* response = nullptr;  // null: none has begun
    std::string_view route;
    std::string_view cluster;
    http::ResponseFlags filter_flags;  // what filters did to it
    bool is_health_check = false;
    const http::Metadata* metadata = nullptr;
    const http::GrpcMessages* messages = nullptr;
  };
  // Requires: it was begun.
  logging::LogEntry Entry(const Standing& standing) const;
  void Write(const Standing& standing, WorkerContext& context) const;

  // One line of each log for bytes that never became a request.
  static void WriteUnread(const FilterChain& chain, const Connection& connection,
                          const http::Error& error, WorkerContext& context);

 private:
  struct Notes {
    const FilterChain* chain = nullptr;
    const Connection* connection = nullptr;
    const http::RequestHead* request = nullptr;
    Arena* arena = nullptr;
    const http::HeaderMap* trailers = nullptr;
    WallTime began_at{};
    MonotonicTime started_at{};
    std::optional<MonotonicTime> request_ended_at;
    std::optional<MonotonicTime> forwarded_at;  // by the last attempt that was connected
    std::optional<MonotonicTime> answered_at;
    std::optional<MonotonicTime> upstream_ended_at;
    std::optional<MonotonicTime> reply_began_at;
    std::optional<MonotonicTime> reply_ended_at;
    const Address* client = nullptr;
    Address upstream;
    Address upstream_local;
    uint64_t bytes_received = 0;
    uint64_t bytes_sent = 0;
    uint32_t attempts = 0;
    http::ResponseFlags flags;
    std::string_view details;
    std::string_view upstream_failure;
    std::string_view upstream_tls_version;
    std::string_view upstream_tls_cipher;
  };
  void NoteTimes(logging::LogEntry& entry) const;
  void NoteConnectFailure(std::string_view cause, std::string_view details);

  Notes* notes_ = nullptr;
};

}  // namespace outrigger
