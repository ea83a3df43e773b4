// What is counted of gRPC calls to a cluster: cluster.<name>.grpc.* of all that have no names of
// their own, cluster.<name>.grpc.<service>.<method>.* of those that do. Pages show only what has
// been counted, as Envoy's.
//
// Thread: any (constants).
#pragma once

#include "stats/family.h"

namespace outrigger {

enum GrpcCallStat : size_t {
  kGrpcSuccess,
  kGrpcFailure,
  kGrpcTotal,
  kGrpcRequestMessages,
  kGrpcResponseMessages,
  kGrpcUpstreamTime,
  kGrpcStatus0,
  kGrpcCallStatCount = kGrpcStatus0 + 17,  // one for each status that gRPC defines
};
extern const stats::Family kGrpcCallFamily;
extern const stats::Family kGrpcMethodFamily;

}  // namespace outrigger
