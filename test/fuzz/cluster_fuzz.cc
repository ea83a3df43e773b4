// A Cluster.
#include "compiler/cluster_compiler.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "test/fuzz/received_resource.h"

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
  const bool is_static = cluster->type == outrigger::ClusterType::kStatic;
  OUTRIGGER_CHECK(is_static == (cluster->static_endpoints != nullptr));
  OUTRIGGER_CHECK(is_static == cluster->eds_name.empty());
  OUTRIGGER_CHECK(cluster->lb.panic_percent <= 100);
  return 0;
}
