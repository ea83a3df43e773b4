// Where a gRPC service is and how it is called, as a GrpcService says: by a cluster.
//
// Thread: control. Source: grpc_service.proto.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/validation_errors.h"

namespace envoy::config::core::v3 {
class GrpcService;
}

namespace outrigger::compiler {

struct GrpcTarget {
  std::string cluster;    // envoy_grpc.cluster_name
  std::string authority;  // envoy_grpc.authority, else the cluster's name
  std::vector<std::pair<std::string, std::string>> initial_metadata;
  Duration back_off_base = std::chrono::milliseconds(500);
  Duration back_off_max = std::chrono::seconds(30);
};

// What is wrong is an error at the current field path.
void CompileGrpcService(const envoy::config::core::v3::GrpcService& proto, GrpcTarget& to,
                        ValidationErrors& errors);
// Of a serialized one that was compiled before.
GrpcTarget GrpcTargetOf(std::string_view serialized);

}  // namespace outrigger::compiler
