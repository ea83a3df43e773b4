// The envelope of REST: a DiscoveryRequest as JSON, and the JSON of a DiscoveryResponse. Pure.
//
// Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace envoy::service::discovery::v3 {
class DiscoveryRequest;
class DiscoveryResponse;
}  // namespace envoy::service::discovery::v3

namespace outrigger::compiler {

// With the names of fields as the API has them, as Envoy sends it. An error is protobuf's: there is
// none known that a request could cause.
absl::StatusOr<std::string> ToJson(const envoy::service::discovery::v3::DiscoveryRequest& request);

// A mistake anywhere refuses all of it, with the field path. `warnings` gets one line per unknown
// field, which is let through as on a stream; a resource of an unknown type loses its content.
absl::Status ParseDiscoveryText(std::string_view text,
                                envoy::service::discovery::v3::DiscoveryResponse& response,
                                std::vector<std::string>& warnings);

}  // namespace outrigger::compiler
