#include "compiler/tcp_proxy_compiler.h"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "compiler/fetch_compiler.h"
#include "compiler/fragments.h"
#include "compiler/metadata_compiler.h"
#include "envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy.pb.h"

namespace outrigger::compiler {

namespace {

void AddCluster(const std::string& name, uint32_t weight,
                std::shared_ptr<const http::MetadataValue> labels, TcpOptions& options) {
  const uint64_t before = options.weight_ends.empty() ? 0 : options.weight_ends.back();
  options.cluster_names.push_back(name);
  options.weight_ends.push_back(before + weight);
  options.endpoint_criteria.push_back(std::move(labels));
}

void CompileClusters(const TcpProxyProto& proto, TcpOptions& options, ValidationErrors& errors) {
  const auto labels = CompileLabels(proto.metadata_match());
  for (const auto& weighted : proto.weighted_clusters().clusters()) {
    AddCluster(weighted.name(), weighted.weight(), CompileLabels(weighted.metadata_match(), labels),
               options);
  }
  if (!proto.has_cluster()) return;
  if (proto.cluster().empty()) {
    const ValidationErrors::ScopedField scope(errors, "cluster");
    errors.Add("must not be empty");
  }
  AddCluster(proto.cluster(), 1, labels, options);
}

// Of a cluster that is not there; unset: none is fetched.
std::optional<ClusterFetch> CompileOnDemand(const TcpProxyProto& proto,
                                            const StreamClusters& clusters,
                                            ValidationErrors& errors) {
  constexpr Duration kDefault = std::chrono::seconds(60);
  const auto& on_demand = proto.on_demand();
  if (!on_demand.has_odcds_config()) return std::nullopt;
  const ValidationErrors::ScopedField scope(errors, "on_demand.odcds_config");
  return ClusterFetch{CompileFetchSource(on_demand.odcds_config(), clusters, errors),
                      on_demand.has_timeout() ? ToDuration(on_demand.timeout()) : kDefault};
}

}  // namespace

TcpOptions CompileTcpProxy(const TcpProxyProto& proto, const StreamClusters& clusters,
                           ValidationErrors& errors) {
  TcpOptions options;
  options.stat_prefix = proto.stat_prefix();
  CompileClusters(proto, options, errors);
  if (proto.has_idle_timeout()) options.idle_timeout = ToDuration(proto.idle_timeout());
  if (proto.has_max_downstream_connection_duration()) {
    options.max_connection_duration = ToDuration(proto.max_downstream_connection_duration());
  }
  if (proto.has_max_connect_attempts()) {
    options.max_connect_attempts = proto.max_connect_attempts().value();
  }
  options.fetch = CompileOnDemand(proto, clusters, errors);
  return options;
}

}  // namespace outrigger::compiler
