// How the control plane is asked, as an ApiConfigSource says: over gRPC or HTTP, by a cluster of
// the bootstrap.
//
// Thread: control. Source: config_source.proto, grpc_service.proto.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/resource_source.h"
#include "base/validation_errors.h"
#include "compiler/grpc_service_compiler.h"
#include "xds/protocol.h"
#include "xds/request_pace.h"

namespace envoy::config::core::v3 {
class ApiConfigSource;
}

namespace outrigger::compiler {

// Of a control plane that is asked again and again, over HTTP (REST).
struct Polling {
  Duration refresh_delay{};
  Duration request_timeout = std::chrono::seconds(1);
};

// For REST of the target only `cluster`, which is the one of cluster_names, and `authority`.
struct AdsSource : GrpcTarget {
  xds::Protocol protocol = xds::Protocol::kDelta;
  std::optional<xds::RequestRate> rate;  // rate_limit_settings
  std::optional<Polling> polling;        // unset: over gRPC
  std::optional<GrpcTarget> failover;    // the second of grpc_services; the target is the first
};

// Those that it names, the failover's last.
std::vector<std::string> ClustersOf(const AdsSource& source);

// What is wrong is an error at the current field path.
AdsSource CompileAdsSource(const envoy::config::core::v3::ApiConfigSource& proto,
                           ValidationErrors& errors);
// The same of a source for one type of resources, which may be REST.
AdsSource CompileOwnSource(const envoy::config::core::v3::ApiConfigSource& proto,
                           ValidationErrors& errors);
// The same of one that was compiled before.
AdsSource AdsSourceOf(const StreamSource& stream);

}  // namespace outrigger::compiler
