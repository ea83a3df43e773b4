#include "filters/grpc_stats/grpc_call_stats.h"

#include <array>

namespace outrigger {

namespace {

constexpr std::string_view kPrefix = "grpc.";

constexpr stats::Metric OnceCounted(std::string_view name,
                                    stats::Kind kind = stats::Kind::kCounter) {
  return {name, kind, {}, {}, {}, stats::Reading::kOnceCounted};
}

// In the order of GrpcCallStat.
constexpr std::array<stats::Metric, kGrpcCallStatCount> kCallMetrics = {
    OnceCounted("grpc.success"),
    OnceCounted("grpc.failure"),
    OnceCounted("grpc.total"),
    OnceCounted("grpc.request_message_count"),
    OnceCounted("grpc.response_message_count"),
    OnceCounted("grpc.upstream_rq_time", stats::Kind::kHistogram),
    OnceCounted("grpc.0"),
    OnceCounted("grpc.1"),
    OnceCounted("grpc.2"),
    OnceCounted("grpc.3"),
    OnceCounted("grpc.4"),
    OnceCounted("grpc.5"),
    OnceCounted("grpc.6"),
    OnceCounted("grpc.7"),
    OnceCounted("grpc.8"),
    OnceCounted("grpc.9"),
    OnceCounted("grpc.10"),
    OnceCounted("grpc.11"),
    OnceCounted("grpc.12"),
    OnceCounted("grpc.13"),
    OnceCounted("grpc.14"),
    OnceCounted("grpc.15"),
    OnceCounted("grpc.16"),
};
static_assert(kCallMetrics[kGrpcUpstreamTime].kind == stats::Kind::kHistogram);
static_assert(kCallMetrics[kGrpcStatus0 + 16].name == "grpc.16");

// The same, behind the name of a method.
constexpr auto kMethodMetrics = [] {
  std::array<stats::Metric, kGrpcCallStatCount> metrics = kCallMetrics;
  for (stats::Metric& metric : metrics) metric.name.remove_prefix(kPrefix.size());
  return metrics;
}();

}  // namespace

const stats::Family kGrpcCallFamily = {"cluster", "envoy_cluster_name", kCallMetrics};
const stats::Family kGrpcMethodFamily = {
    "cluster",
    "envoy_cluster_name",
    kMethodMetrics,
    {".grpc.", "envoy_grpc_bridge_service", "cluster_grpc", "envoy_grpc_bridge_method"}};

}  // namespace outrigger
