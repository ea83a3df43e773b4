// A ClusterLoadAssignment; what compiles is balanced over.
#include <array>

#include "base/random.h"
#include "cluster/lb/balancer.h"
#include "compiler/endpoint_compiler.h"
#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "test/fuzz/received_resource.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const auto set =
      outrigger::compiler::CompileInput<envoy::config::endpoint::v3::ClusterLoadAssignment>(
          bytes, size, outrigger::compiler::CompileEndpoints);
  if (set == nullptr) return 0;
  outrigger::FastRandom random(1);
  using outrigger::LbPolicy;
  outrigger::LbCursors cursors;
  for (int i = 0; i < 120; ++i) {
    const outrigger::LbOptions options = {
        .policy = std::array{LbPolicy::kRoundRobin, LbPolicy::kLeastRequest,
                             LbPolicy::kRandom}[static_cast<size_t>(i) % 3],
        .compares_all = i % 2 == 0,
        .weighs_localities = i % 4 < 2,
        .panic_percent = static_cast<uint32_t>(i) % 101};
    const auto picked = outrigger::Balance(*set->picks, options, cursors, random,
                                           [](uint32_t position) { return position % 3; });
    OUTRIGGER_CHECK(!picked.endpoint.has_value() || *picked.endpoint < set->endpoints.size());
  }
  return 0;
}
