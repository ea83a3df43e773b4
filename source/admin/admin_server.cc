#include "admin/admin_server.h"

#include <utility>

#include "admin/admin_connection.h"
#include "base/log.h"
#include "http/http2/http2_stats.h"

namespace outrigger::admin {

AdminServer::AdminServer(NetContext& net, AdminSources sources, int listen_fd)
    : net_(net),
      sources_(std::move(sources)),
      http2_scope_(sources_.stats.Find(http::http2::kHttp2Family, "")) {
  listen_socket_ = std::make_unique<ListenSocket>(
      net, listen_fd, [this](int fd, const Address& peer) { OnAccept(fd, peer); },
      [](int error) { Log(LogLevel::kWarning, "admin: accepting paused, errno {}", error); });
}

AdminServer::~AdminServer() = default;

void AdminServer::OnAccept(int fd, const Address& peer) {
  if (connections_.size() >= kConnectionsMax) {
    Log(LogLevel::kWarning, "admin: more than {} connections, one refused", kConnectionsMax);
    net_.sockets.Close(fd);
    return;
  }
  connections_.push_back(
      std::make_unique<AdminConnection>(*this, Connection::FromAccepted(net_, fd, peer)));
}

void AdminServer::Remove(AdminConnection& connection) {
  for (auto& held : connections_) {
    if (held.get() != &connection) continue;
    std::swap(held, connections_.back());
    net_.loop.DeferDelete(std::move(connections_.back()));
    connections_.pop_back();
    return;
  }
}

}  // namespace outrigger::admin
