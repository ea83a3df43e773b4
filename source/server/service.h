// The service thread and what lives on it: its loop and buffers, the relays of gRPC links, the
// polls of control planes, the names that are looked up, the admin server.
//
// Owned by the server. Thread: made and destroyed by control, before the loop runs and after; used
// on service.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "admin/admin_server.h"
#include "admin/admin_sources.h"
#include "cluster/dns_watches.h"
#include "event/loop_thread.h"
#include "grpc_link/link_relay.h"
#include "net/cares_resolver.h"
#include "net/connection.h"
#include "server/bootstrap.h"
#include "server/rest_calls.h"

namespace outrigger {

class Service {
 public:
  // `dns_events` come on service.
  Service(const Clock& clock, Sockets& sockets, EventLoop& control, stats::Registry& stats,
          DnsWatches::Events dns_events);
  // Requires: joined.
  ~Service();

  // Binds the address, listens, and serves it once the loop runs.
  absl::Status StartAdmin(const AdminAddress& address, admin::AdminSources sources);
  // What /runtime shows from now on.
  void ShowRuntime(std::shared_ptr<const std::vector<compiler::RuntimeLayer>> layers);
  void Start() { thread_.Start(); }
  void Join();

  EventLoop& loop() { return thread_.loop(); }
  LinkRelays& relays() { return relays_; }
  RestCalls& rest_calls() { return rest_calls_; }
  DnsWatches& names() { return names_; }
  // Where admin really listens (port 0 in the configuration); unset without admin.
  Address admin_address() const;

 private:
  Sockets& sockets_;
  LoopThread thread_;
  SlabPool slabs_;
  std::unique_ptr<char[]> read_scratch_;
  NetContext net_;
  LinkRelays relays_;
  RestCalls rest_calls_;
  CaresResolver resolver_;
  DnsWatches names_;
  int admin_fd_ = -1;
  std::unique_ptr<admin::AdminServer> admin_;
};

}  // namespace outrigger
