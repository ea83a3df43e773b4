#include "tools/load/demo_service.h"

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>

#include "tools/load/service_exchange.h"

namespace outrigger::load {

DemoService::DemoService(NetContext& net, int listen_fd, ServiceOptions options)
    : net_(net),
      options_(std::move(options)),
      ledger_(options_.ledger),
      report_timer_(net.loop, [this] { Report(); }),
      listener_(
          net, listen_fd, [this](int fd, const Address& peer) { Accept(fd, peer); },
          [](int error) { std::fprintf(stderr, "accepting pauses: errno %d\n", error); }) {
  if (options_.report_interval > Duration::zero()) report_timer_.Arm(options_.report_interval);
}

void DemoService::OnRequest(std::string_view id, const BodyDigest& body) {
  ++requests_;
  ledger_.Note(id.empty() ? "-" : id, body, "seen");
}

void DemoService::Hold(ServiceExchange& exchange) { held_.PushBack(exchange); }

void DemoService::ReleaseHeld() {
  while (ServiceExchange* exchange = held_.Front()) {
    IntrusiveList<ServiceExchange>::Remove(*exchange);
    exchange->Release();
  }
}

Duration DemoService::ChooseStay() {
  const auto steps = static_cast<uint64_t>(*options_.closes_within / std::chrono::microseconds(1));
  return std::chrono::microseconds(random_.Below(steps + 1));
}

void DemoService::Report() {
  const std::string line =
      fmt::format(R"({{"requests": {}, "connections_accepted": {}, "connections_open": {}}})",
                  requests_, connections_accepted_, connections_.size());
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
  report_timer_.Arm(options_.report_interval);
}

void DemoService::Accept(int fd, const Address& peer) {
  if (connections_.size() >= kConnectionsMax) {
    net_.sockets.Close(fd);
    return;
  }
  ++connections_accepted_;
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
