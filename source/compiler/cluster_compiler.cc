#include "compiler/cluster_compiler.h"

#include <fmt/format.h>

#include "cluster/cluster_stats.h"
#include "cluster/cluster_update_stats.h"
#include "cluster/dns_stats.h"
#include "compiler/balancing_compiler.h"
#include "compiler/bind_compiler.h"
#include "compiler/certificate_scopes.h"
#include "compiler/config_source.h"
#include "compiler/dns_compiler.h"
#include "compiler/endpoint_compiler.h"
#include "compiler/fragments.h"
#include "compiler/socket_options_compiler.h"
#include "compiler/subset_compiler.h"
#include "compiler/upstream_protocol_compiler.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "http/http2/http2_stats.h"

namespace outrigger::compiler {

namespace {

using ClusterProto = envoy::config::cluster::v3::Cluster;

void CompileType(const ClusterProto& proto, const StreamClusters& stream_clusters, Cluster& cluster,
                 ValidationErrors& errors) {
  if (!proto.has_cluster_type() && proto.type() == ClusterProto::EDS) {
    cluster.type = ClusterType::kEds;
    const auto& eds = proto.eds_cluster_config();
    cluster.eds_name = eds.service_name().empty() ? proto.name() : eds.service_name();
    cluster.eds_wait_max = FetchTimeoutOf(eds.eds_config());
    const ValidationErrors::ScopedField scope(errors, "eds_cluster_config.eds_config");
    cluster.endpoints_source = CompileConfigSource(eds.eds_config(), stream_clusters, errors);
    return;
  }
  if (proto.has_eds_cluster_config()) {
    const ValidationErrors::ScopedField scope(errors, "eds_cluster_config");
    errors.Add("must not be set unless type is EDS");
  }
  if (proto.has_cluster_type() || proto.type() == ClusterProto::STRICT_DNS ||
      proto.type() == ClusterProto::LOGICAL_DNS) {
    cluster.type = ClusterType::kDns;
    cluster.dns = CompileDns(proto, errors);
    return;
  }
  if (proto.type() == ClusterProto::STATIC) {
    const ValidationErrors::ScopedField scope(errors, "load_assignment");
    cluster.static_endpoints = CompileEndpoints(proto.load_assignment(), errors);
    return;
  }
  const ValidationErrors::ScopedField scope(errors, "type");
  // An open enum holds any number; the validation rules refuse those without a name.
  if (!ClusterProto::DiscoveryType_IsValid(proto.type())) return;
  errors.Add(fmt::format("{} is not supported yet: must be STATIC, EDS, STRICT_DNS or LOGICAL_DNS",
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
    limits.tracks_remaining = threshold.track_remaining();
    return;  // of several, Envoy takes the first
  }
}

void CompileSockets(const ClusterProto& proto, const CompileEnvironment& environment,
                    ClientSockets& sockets, ValidationErrors& errors) {
  sockets = environment.upstream_sockets;
  if (proto.has_upstream_bind_config()) {
    const ValidationErrors::ScopedField scope(errors, "upstream_bind_config");
    sockets = CompileBind(proto.upstream_bind_config(), errors);
  }
  if (!proto.upstream_connection_options().has_tcp_keepalive()) return;
  const ValidationErrors::ScopedField scope(errors, "upstream_connection_options.tcp_keepalive");
  const SocketOptions keepalive =
      CompileTcpKeepalive(proto.upstream_connection_options().tcp_keepalive(), errors);
  for (ClientSocket& socket : sockets) {
    socket.options.insert(socket.options.end(), keepalive.begin(), keepalive.end());
  }
}

}  // namespace

std::shared_ptr<const Cluster> CompileCluster(const ClusterProto& proto,
                                              const CompileContext& context,
                                              ValidationErrors& errors) {
  auto cluster = std::make_shared<Cluster>();
  cluster->name = proto.name();
  cluster->stat_name = proto.alt_stat_name().empty() ? proto.name() : proto.alt_stat_name();
  CompileType(proto, context.environment.stream_clusters, *cluster, errors);
  CompileLimits(proto, cluster->limits);
  cluster->lb = CompileBalancing(proto, errors);
  cluster->subsets = CompileSubsets(proto, errors);
  if (cluster->subsets != nullptr && !cluster->subsets->weighs_localities) {
    cluster->lb.weighs_localities = false;  // of the whole cluster, too: as Envoy
  }
  if (proto.has_transport_socket()) {
    cluster->tls = context.tls.CompileUpstream(proto.transport_socket(), errors);
  }
  CompileUpstreamProtocol(proto, *cluster, errors);
  CompileSockets(proto, context.environment, cluster->sockets, errors);
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
  if (cluster->tls != nullptr) {
    AddCertificateScopes(kClusterCertificateFamily, cluster->stat_name, cluster->tls->context.get(),
                         context.stats, cluster->certificate_stats);
  }
  if (cluster->dns != nullptr) {
    cluster->dns_stats = context.stats.Find(kClusterDnsFamily, cluster->stat_name);
  }
  return cluster;
}

}  // namespace outrigger::compiler
