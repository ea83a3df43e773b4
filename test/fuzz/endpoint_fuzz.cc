// A ClusterLoadAssignment; what compiles is balanced over.
#include "base/random.h"
#include "cluster/lb/round_robin.h"
#include "compiler/endpoint_compiler.h"
#include "envoy/config/endpoint/v3/endpoint.pb.h"
#include "test/fuzz/received_resource.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const auto set =
      outrigger::compiler::CompileInput<envoy::config::endpoint::v3::ClusterLoadAssignment>(
          bytes, size, outrigger::compiler::CompileEndpoints);
  if (set == nullptr) return 0;
  outrigger::FastRandom random(1);
  outrigger::RoundRobinCursor cursor;
  for (const uint32_t panic_percent : {0, 50, 100}) {
    for (int i = 0; i < 20; ++i) {
      const auto picked = outrigger::PickRoundRobin(*set, cursor, random, panic_percent);
      OUTRIGGER_CHECK(!picked.has_value() || *picked < set->endpoints.size());
    }
  }
  return 0;
}
