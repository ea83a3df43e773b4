// The example upstream: listens on one address and owns its connections.
//
// Owned by main. Thread: main.
#pragma once

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "net/listen_socket.h"
#include "tools/load/program_loop.h"
#include "tools/load/service_connection.h"

namespace outrigger::load {

struct ServiceOptions {
  std::string name;
  std::string version;
  std::shared_ptr<const TlsContext> tls;  // null: in plaintext
};

class DemoService {
 public:
  static constexpr size_t kConnectionsMax = 50'000;

  // `listen_fd` is bound and listening; it stays the caller's.
  DemoService(NetContext& net, int listen_fd, ServiceOptions options);

  const ServiceOptions& options() const { return options_; }
  NetContext& net() { return net_; }
  // Destroyed at the end of the turn.
  void Remove(ServiceConnection& connection);

 private:
  void Accept(int fd, const Address& peer);

  NetContext& net_;
  const ServiceOptions options_;
  ListenSocket listener_;
  absl::flat_hash_map<ServiceConnection*, std::unique_ptr<ServiceConnection>> connections_;
};

}  // namespace outrigger::load
