#include "compiler/filters/grpc_stats_compiler.h"

#include <fmt/format.h>

#include "filters/grpc_stats/grpc_stats_filter.h"
#include "stats/server_stats.h"

namespace outrigger::compiler {

std::shared_ptr<const HttpFilterConfig> CompileGrpcStats(const GrpcStatsProto& proto,
                                                         const HttpFilterContext& context,
                                                         ValidationErrors&) {
  GrpcStatsRules rules;
  rules.names_all_methods = proto.stats_for_all_methods().value();
  for (const auto& service : proto.individual_method_stats_allowlist().services()) {
    for (const std::string& method : service.method_names()) {
      rules.named_methods.insert(fmt::format("{}/{}", service.name(), method));
    }
  }
  rules.replaces_dots = proto.replace_dots_in_grpc_service_name();
  rules.counts_time = proto.enable_upstream_stats();
  rules.tells_logs = proto.emit_filter_state();
  return std::make_shared<GrpcStatsConfig>(std::move(rules),
                                           context.stats.Find(stats::kServerFamily, ""));
}

}  // namespace outrigger::compiler
