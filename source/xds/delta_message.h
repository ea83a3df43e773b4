// The envelope of the delta protocol (envoy/service/discovery/v3/discovery.proto): requests to
// bytes, bytes to a response whose resources are still bytes. Checks what can be told without
// knowing a type.
//
// Thread: any (pure).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "xds/resource.h"
#include "xds/subscription_state.h"

namespace envoy::service::discovery::v3 {
class DeltaDiscoveryResponse;
}

namespace outrigger::xds {

// `serialized_node` is used when the request carries the node. Requires: it parses as a Node.
std::string SerializeDeltaRequest(const DeltaRequest& request, std::string_view serialized_node);

// A parsed response. What it hands out points into it.
class DeltaMessage {
 public:
  static absl::StatusOr<DeltaMessage> Parse(std::string_view bytes);
  DeltaMessage(DeltaMessage&&) noexcept;
  DeltaMessage& operator=(DeltaMessage&&) noexcept;
  ~DeltaMessage();

  std::string_view type_url() const;
  std::string_view nonce() const;
  std::string_view control_plane_identifier() const;

  // What concerns us, and what is wrong with the rest: another type than the response's (X11), a
  // name twice (X6), no payload. Bad resources are left out, the good ones are used (X5). Names
  // nobody asked for are left out without an error (X9), empty names are kept (X38). A resource
  // without payload at its running version is a sign of life (X43) and left out as well.
  struct Checked {
    Response response;
    std::vector<ResourceError> errors;
  };
  Checked Check(const SubscriptionState& state) const;

 private:
  using Proto = envoy::service::discovery::v3::DeltaDiscoveryResponse;
  explicit DeltaMessage(std::unique_ptr<const Proto> proto);

  std::unique_ptr<const Proto> proto_;
};

}  // namespace outrigger::xds
