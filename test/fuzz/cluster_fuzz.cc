// A Cluster.
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const outrigger::compiler::CompileEnvironment environment;
  outrigger::stats::Registry stats;
  const outrigger::xds::ResourceStore<outrigger::compiler::Secret> secrets;
  outrigger::compiler::TlsCompiler tls(secrets);
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
  OUTRIGGER_CHECK(cluster->lb.panic_percent <= 100);
  return 0;
}
