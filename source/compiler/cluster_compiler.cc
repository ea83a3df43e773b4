#include "compiler/cluster_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cluster/cluster_stats.h"
#include "cluster/cluster_update_stats.h"
#include "compiler/any_content.h"
#include "compiler/endpoint_compiler.h"
#include "compiler/fragments.h"
#include "compiler/upstream_protocol_compiler.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "http/http2/http2_stats.h"

namespace outrigger::compiler {

namespace {

using ClusterProto = envoy::config::cluster::v3::Cluster;

// Balancing policies that differ from round robin in nothing but who of the same endpoints comes
// next.
bool IsPlainBalancing(std::string_view type) {
  constexpr std::string_view kFolder = "envoy.extensions.load_balancing_policies.";
  static constexpr std::string_view kPlain[] = {
      "client_side_weighted_round_robin.v3.ClientSideWeightedRoundRobin",
      "least_request.v3.LeastRequest",
      "maglev.v3.Maglev",
      "random.v3.Random",
      "ring_hash.v3.RingHash",
      "round_robin.v3.RoundRobin",
      "wrr_locality.v3.WrrLocality",
  };
  if (!type.starts_with(kFolder)) return false;
  type.remove_prefix(kFolder.size());
  return std::find(std::begin(kPlain), std::end(kPlain), type) != std::end(kPlain);
}

void CompileType(const ClusterProto& proto, Cluster& cluster, ValidationErrors& errors) {
  if (proto.has_cluster_type()) return;  // the field table has said why
  if (proto.type() == ClusterProto::EDS) {
    cluster.type = ClusterType::kEds;
    const auto& eds = proto.eds_cluster_config();
    cluster.eds_name = eds.service_name().empty() ? proto.name() : eds.service_name();
    if (eds.has_eds_config() && eds.eds_config().has_ads()) return;
    const ValidationErrors::ScopedField scope(errors, "eds_cluster_config.eds_config");
    errors.Add("must be ads");
    return;
  }
  if (proto.has_eds_cluster_config()) {
    const ValidationErrors::ScopedField scope(errors, "eds_cluster_config");
    errors.Add("must not be set unless type is EDS");
  }
  if (proto.type() == ClusterProto::STATIC) {
    const ValidationErrors::ScopedField scope(errors, "load_assignment");
    cluster.static_endpoints = CompileEndpoints(proto.load_assignment(), errors);
    return;
  }
  const ValidationErrors::ScopedField scope(errors, "type");
  // An open enum holds any number; the validation rules refuse those without a name.
  if (!ClusterProto::DiscoveryType_IsValid(proto.type())) return;
  errors.Add(fmt::format("{} is not supported yet: must be STATIC or EDS",
                         ClusterProto::DiscoveryType_Name(proto.type())));
}

void CompileLimits(const ClusterProto& proto, CircuitLimits& limits) {
  const auto set = [](bool has, const google::protobuf::UInt32Value& value, uint32_t& limit) {
    if (has) limit = value.value();
  };
  for (const auto& threshold : proto.circuit_breakers().thresholds()) {
    if (threshold.priority() != envoy::config::core::v3::DEFAULT) continue;
    set(threshold.has_max_connections(), threshold.max_connections(), limits.max_connections);
    set(threshold.has_max_pending_requests(), threshold.max_pending_requests(),
        limits.max_pending_requests);
    set(threshold.has_max_requests(), threshold.max_requests(), limits.max_requests);
    set(threshold.has_max_retries(), threshold.max_retries(), limits.max_retries);
    return;  // of several, Envoy takes the first
  }
}

void CompileBalancing(const ClusterProto& proto, Cluster& cluster, ValidationErrors& errors) {
  if (proto.lb_policy() == ClusterProto::CLUSTER_PROVIDED) {
    const ValidationErrors::ScopedField scope(errors, "lb_policy");
    errors.Add("CLUSTER_PROVIDED does not go with STATIC or EDS");
  }
  if (proto.lb_policy() == ClusterProto::LOAD_BALANCING_POLICY_CONFIG &&
      !proto.has_load_balancing_policy()) {
    const ValidationErrors::ScopedField scope(errors, "load_balancing_policy");
    errors.Add("is required by lb_policy");
  }
  const auto& policies = proto.load_balancing_policy().policies();
  if (proto.has_load_balancing_policy() && policies.empty()) {
    const ValidationErrors::ScopedField scope(errors, "load_balancing_policy.policies");
    errors.Add("must have an element");
  }
  for (int i = 0; i < policies.size(); ++i) {
    const auto& any = policies[i].typed_extension_config().typed_config();
    if (IsPlainBalancing(InnerTypeName(any))) break;  // the first that is known counts
    if (i + 1 < policies.size()) continue;
    const ValidationErrors::ScopedField scope(errors, "load_balancing_policy");
    const ValidationErrors::ScopedField field(errors, "policies", static_cast<size_t>(i));
    errors.Add(fmt::format("{} is not supported yet", DescribeAny(any)));
  }
  const auto& common = proto.common_lb_config();
  if (!common.has_healthy_panic_threshold()) return;
  const double percent = common.healthy_panic_threshold().value();
  if (percent >= 0 && percent <= 100) {  // else the validation rules have said why
    cluster.healthy_panic_percent = static_cast<uint32_t>(std::lround(percent));
  }
}

}  // namespace

std::shared_ptr<const Cluster> CompileCluster(const ClusterProto& proto,
                                              const CompileContext& context,
                                              ValidationErrors& errors) {
  auto cluster = std::make_shared<Cluster>();
  cluster->name = proto.name();
  cluster->stat_name = proto.alt_stat_name().empty() ? proto.name() : proto.alt_stat_name();
  CompileType(proto, *cluster, errors);
  CompileLimits(proto, cluster->limits);
  CompileBalancing(proto, *cluster, errors);
  if (proto.has_transport_socket()) {
    cluster->tls = context.tls.CompileUpstream(proto.transport_socket(), errors);
  }
  CompileUpstreamProtocol(proto, *cluster, errors);
  if (proto.has_connect_timeout()) cluster->connect_timeout = ToDuration(proto.connect_timeout());
  if (proto.has_per_connection_buffer_limit_bytes()) {
    cluster->buffer_bytes_high = proto.per_connection_buffer_limit_bytes().value();
  }
  if (!errors.ok()) return nullptr;
  cluster->stats = context.stats.Find(kClusterFamily, cluster->stat_name);
  if (cluster->codec.protocol != UpstreamProtocol::kHttp1) {
    cluster->http2_stats = context.stats.Find(http::http2::kClusterHttp2Family, cluster->stat_name);
  }
  cluster->update_stats = context.stats.Find(kClusterUpdateFamily, cluster->stat_name);
  return cluster;
}

}  // namespace outrigger::compiler
