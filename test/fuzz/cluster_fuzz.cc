// A Cluster.
#include "cluster/lb/subset_table.h"
#include "compiler/cluster_compiler.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "test/fuzz/received_resource.h"

namespace {

// Every name leads to the same two addresses.
void ResolveAll(const outrigger::DnsEndpoints& dns) {
  outrigger::DnsResolution resolution;
  for (const char* text : {"10.0.0.1", "::1"}) {
    resolution.addresses.push_back(*outrigger::Address::FromIp(text, 0));
  }
  const auto resolved = [&](const outrigger::DnsLookup&) { return &resolution; };
  OUTRIGGER_CHECK(dns.IsComplete(resolved));
  const auto endpoints = dns.Resolve(resolved);
  OUTRIGGER_CHECK(endpoints->picks != nullptr);
  OUTRIGGER_CHECK(endpoints->endpoints.size() <= 2 * dns.targets.size());
  for (const outrigger::Endpoint& each : endpoints->endpoints) {
    OUTRIGGER_CHECK(each.address.is_ip() && each.locality_index < endpoints->localities.size());
  }
}

// Every endpoint is where its own labels lead to, as far as they lead anywhere.
void Divide(const outrigger::Cluster& cluster) {
  const outrigger::SubsetTable table(cluster.subsets, cluster.static_endpoints);
  for (const outrigger::Endpoint& each : cluster.static_endpoints->endpoints) {
    if (each.labels == nullptr) continue;
    const outrigger::SubsetChoice choice = table.Choose(*each.labels);
    if (choice.subset == nullptr || choice.subset->picks != nullptr) continue;
    OUTRIGGER_CHECK(choice.subset->only < cluster.static_endpoints->endpoints.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const outrigger::compiler::CompileEnvironment environment;
  outrigger::stats::Registry stats;
  const outrigger::xds::ResourceStore<outrigger::compiler::Secret> secrets;
  outrigger::compiler::TlsCompiler tls(secrets, secrets, environment.stream_clusters);
  const auto cluster = outrigger::compiler::CompileInput<envoy::config::cluster::v3::Cluster>(
      bytes, size, [&](const auto& proto, auto& errors) {
        return outrigger::compiler::CompileCluster(proto, {environment, stats, tls}, errors);
      });
  if (cluster == nullptr) return 0;
  OUTRIGGER_CHECK(cluster->stats != nullptr);
  using outrigger::ClusterType;
  OUTRIGGER_CHECK((cluster->type == ClusterType::kStatic) ==
                  (cluster->static_endpoints != nullptr));
  OUTRIGGER_CHECK((cluster->type == ClusterType::kEds) == !cluster->eds_name.empty());
  OUTRIGGER_CHECK((cluster->type == ClusterType::kDns) == (cluster->dns != nullptr));
  if (cluster->dns != nullptr) ResolveAll(*cluster->dns);
  if (cluster->subsets != nullptr && cluster->static_endpoints != nullptr) Divide(*cluster);
  OUTRIGGER_CHECK(!cluster->sockets.empty());
  OUTRIGGER_CHECK(cluster->lb.panic_percent <= 100);
  return 0;
}
