// The admin port: HTTP/1 on the service thread, one function a page (pages.h); and gRPC, for who
// begins with HTTP/2 (grpc_session).
//
// Pages that change something take POST only (R71). A page that shows configuration first asks
// control for a ledger, so its answer comes a turn later.
//
// Owned by the server. Thread: service; made before its loop runs, destroyed after.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "admin/admin_sources.h"
#include "admin/logger_levels.h"
#include "http/date.h"
#include "net/connection.h"
#include "net/listen_socket.h"

namespace outrigger::admin {

class AdminConnection;

class AdminServer {
 public:
  // Further ones are closed at once.
  static constexpr size_t kConnectionsMax = 64;

  // `listen_fd` is bound and listening; it stays the caller's.
  AdminServer(NetContext& net, AdminSources sources, int listen_fd);
  ~AdminServer();

  const AdminSources& sources() const { return sources_; }
  void SetRuntimeLayers(std::shared_ptr<const std::vector<compiler::RuntimeLayer>> layers) {
    sources_.runtime_layers = std::move(layers);
  }
  LoggerLevels& loggers() { return loggers_; }
  http::DateCache& date() { return date_; }
  NetContext& net() { return net_; }
  stats::Block& http2_stats() { return http2_scope_->ForWriter(stats::kServiceWriter); }
  // From its connections.
  void Remove(AdminConnection& connection);

 private:
  void OnAccept(int fd, const Address& peer);

  NetContext& net_;
  AdminSources sources_;
  LoggerLevels loggers_;
  http::DateCache date_;
  const std::shared_ptr<stats::Scope> http2_scope_;
  std::vector<std::unique_ptr<AdminConnection>> connections_;
  std::unique_ptr<ListenSocket> listen_socket_;
};

}  // namespace outrigger::admin
