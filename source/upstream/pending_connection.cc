#include "upstream/pending_connection.h"

#include <utility>

#include "base/check.h"
#include "upstream/connection_counts.h"
#include "upstream/connection_pool.h"

namespace outrigger {

namespace {

// What a TLS upstream is told, unless the configuration says it: RFC 7301 wire form.
std::string_view ApplicationProtocols(UpstreamProtocol protocol) {
  switch (protocol) {
    case UpstreamProtocol::kHttp2:
      return "\x02h2";
    case UpstreamProtocol::kNegotiated:
      return "\x02h2\x08http/1.1";
    case UpstreamProtocol::kHttp1:
    case UpstreamProtocol::kAsDownstream:
      return "\x08http/1.1";
  }
  return {};
}

}  // namespace

PendingConnection::PendingConnection(NetContext& net, ConnectionPool& pool, CircuitUse use)
    : net_(net),
      pool_(pool),
      use_(std::move(use)),
      connection_(Connection::StartConnect(
          net, pool.key().address, {pool.options().connect_timeout, &pool.key().socket},
          {pool.options().tls, {}, ApplicationProtocols(pool.key().codec.protocol)})) {
  connection_->SetWaterMarks(pool.options().buffer_bytes_high);
  connection_->Start(*this);
}

PendingConnection::~PendingConnection() {
  // The socket's own callbacks may still be on the stack.
  if (connection_ != nullptr) net_.loop.DeferDelete(std::move(connection_));
}

void PendingConnection::Close() {
  if (!connection_->is_closing()) connection_->Close(Connection::Flush::kNo);
}

void PendingConnection::OnConnected() { pool_.OnConnected(*this); }

// What comes after OnConnected is another filter's.
size_t PendingConnection::OnBytes(std::string_view) {
  OUTRIGGER_CHECK(connection_ != nullptr);
  return 0;
}

void PendingConnection::OnEof() { OUTRIGGER_CHECK(connection_ != nullptr); }

void PendingConnection::OnClosed(CloseReason reason, int system_error) {
  CountConnectionEnd(pool_.stats(),
                     {.reason = reason, .age = net_.loop.now() - connection_->created_at()});
  use_.Release();
  pool_.OnConnectFailed(*this, reason, system_error);
}

}  // namespace outrigger
