// The way to one cluster that speaks gRPC: opens channels over relayed connections, a new one per
// attempt, rotating over the cluster's endpoints. Back-off belongs to the caller.
//
// Owned by the server, one per cluster that gRPC services name.
// Thread: control.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "event/event_loop.h"
#include "grpc_link/link_relay.h"

namespace grpc {
class Channel;
}

namespace outrigger {

struct LinkOptions {
  std::string authority;  // envoy_grpc.authority, else the cluster's name
  std::vector<Address> endpoints;
  Duration connect_timeout = std::chrono::seconds(5);
  std::shared_ptr<stats::Scope> stats;    // the cluster's; may be null
  std::shared_ptr<const TlsContext> tls;  // null: plaintext
};

class Link {
 public:
  // HTTP/2 PING after this long without a byte from the server (P16).
  static constexpr Duration kKeepAliveFirst = std::chrono::seconds(60);
  static constexpr Duration kKeepAliveMax = std::chrono::hours(1);

  // `relays` belongs to `service` and is only touched there; it outlives the service loop's run.
  Link(EventLoop& control, EventLoop& service, LinkRelays& relays, LinkOptions options);

  void SetEndpoints(std::vector<Address> endpoints) { options_.endpoints = std::move(endpoints); }
  // Of the next channels; null: plaintext.
  void SetTls(std::shared_ptr<const TlsContext> tls) { options_.tls = std::move(tls); }

  // A channel whose connection is up, or why there is none. Called once, on control, never before
  // Open has returned.
  using OnOpen = absl::AnyInvocable<void(absl::StatusOr<std::shared_ptr<grpc::Channel>>)>;
  void Open(OnOpen on_open);

  // Of the next channel. Doubles whenever a server asks for calm (ENHANCE_YOUR_CALM).
  Duration keep_alive() const { return *keep_alive_; }

 private:
  EventLoop& control_;
  EventLoop& service_;
  LinkRelays& relays_;
  LinkOptions options_;
  // Read and written on control only; shared with what comes back from service after we are gone.
  const std::shared_ptr<Duration> keep_alive_ = std::make_shared<Duration>(kKeepAliveFirst);
  uint32_t attempts_ = 0;
};

}  // namespace outrigger
