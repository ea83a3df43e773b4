// Carries the bytes of one gRPC channel: connects to an endpoint like any upstream connection,
// makes a socket pair, and copies both ways with backpressure. gRPC gets the other end of the pair
// and never touches the network (design 5).
//
// LinkRelays owns all relays of the process and is owned by the service thread's world.
// Thread: service.
#pragma once

#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "grpc_link/owned_descriptor.h"
#include "net/connection.h"
#include "stats/scope.h"

namespace outrigger {

struct RelayTarget {
  Address endpoint;
  Duration connect_timeout = std::chrono::seconds(5);
  std::shared_ptr<stats::Scope> stats;    // the cluster's (ClusterStat); may be null
  std::shared_ptr<const TlsContext> tls;  // null: plaintext
  // The server asked for fewer PINGs. On service; may be null.
  absl::AnyInvocable<void()> on_enhance_your_calm;
};

// Called once, on service, when the endpoint is connected or has failed. Dropped uncalled when the
// relays are destroyed first.
using OnRelayOpen = absl::AnyInvocable<void(absl::StatusOr<OwnedDescriptor>)>;

class LinkRelay;

class LinkRelays {
 public:
  static constexpr size_t kRelaysMax = 1024;

  explicit LinkRelays(NetContext& net);
  ~LinkRelays();
  LinkRelays(const LinkRelays&) = delete;
  LinkRelays& operator=(const LinkRelays&) = delete;

  void Open(RelayTarget target, OnRelayOpen on_open);
  size_t size() const { return relays_.size(); }

 private:
  void Remove(LinkRelay* relay);

  NetContext& net_;
  absl::flat_hash_map<LinkRelay*, std::unique_ptr<LinkRelay>> relays_;
};

}  // namespace outrigger
