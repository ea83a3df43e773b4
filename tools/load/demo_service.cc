#include "tools/load/demo_service.h"

#include <cstdio>
#include <utility>

namespace outrigger::load {

DemoService::DemoService(NetContext& net, int listen_fd, ServiceOptions options)
    : net_(net),
      options_(std::move(options)),
      listener_(
          net, listen_fd, [this](int fd, const Address& peer) { Accept(fd, peer); },
          [](int error) { std::fprintf(stderr, "accepting pauses: errno %d\n", error); }) {}

void DemoService::Accept(int fd, const Address& peer) {
  if (connections_.size() >= kConnectionsMax) {
    net_.sockets.Close(fd);
    return;
  }
  auto connection = std::make_unique<ServiceConnection>(
      *this, Connection::FromAccepted(net_, fd, peer, {.tls = options_.tls}));
  ServiceConnection* const key = connection.get();
  connections_.emplace(key, std::move(connection));
}

void DemoService::Remove(ServiceConnection& connection) {
  auto node = connections_.extract(&connection);
  net_.loop.DeferDelete(std::move(node.mapped()));
}

}  // namespace outrigger::load
