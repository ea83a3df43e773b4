// Counts gRPC calls for the cluster they go to: how they ended, how many messages went either way,
// and how long the service took. Only watches.
//
// Thread: worker. Source: envoy/extensions/filters/http/grpc_stats/v3; gRPC over HTTP/2.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "http/http_filter.h"
#include "stats/scope.h"

namespace outrigger {

struct GrpcStatsRules {
  // Which calls are counted by service and method. Clients make up names: what is beyond
  // stats::LateScopes::kPartsMax of a cluster, or too long, is counted together.
  bool names_all_methods = false;
  absl::flat_hash_set<std::string> named_methods;  // "package.Service/Method"
  bool replaces_dots = false;                      // of services, where all methods are named
  bool counts_time = false;
  bool tells_logs = false;  // how many messages there were: emit_filter_state
};

class GrpcStatsConfig final : public HttpFilterConfig {
 public:
  // Longer than any name that people give.
  static constexpr size_t kNameBytesMax = 256;

  // `server`: of the server family, where calls are counted whose names have no room.
  GrpcStatsConfig(GrpcStatsRules rules, std::shared_ptr<stats::Scope> server)
      : rules_(std::move(rules)), server_(std::move(server)) {}
  HttpFilter& Make(Arena& arena) const override;

 private:
  const GrpcStatsRules rules_;
  const std::shared_ptr<stats::Scope> server_;
};

}  // namespace outrigger
