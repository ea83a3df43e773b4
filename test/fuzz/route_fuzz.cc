// A RouteConfiguration; what compiles answers requests.
#include "compiler/route_compiler.h"
#include "envoy/config/route/v3/route.pb.h"
#include "test/fuzz/received_resource.h"
#include "test/fuzz/use_routes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const auto table =
      outrigger::compiler::CompileInput<envoy::config::route::v3::RouteConfiguration>(
          bytes, size, [](const auto& proto, outrigger::ValidationErrors& errors) {
            return outrigger::compiler::CompileRoutes(proto, {}, errors);
          });
  if (table != nullptr) outrigger::test::UseRoutes(*table);
  return 0;
}
