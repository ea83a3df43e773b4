// A VirtualHost that is discovered: what compiles joins a table, and answers requests there.
#include "base/check.h"
#include "compiler/host_compiler.h"
#include "compiler/route_compiler.h"
#include "envoy/config/route/v3/route.pb.h"
#include "test/fuzz/received_resource.h"
#include "test/fuzz/use_routes.h"
#include "xds/message_cut.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger;
  const auto host = compiler::CompileInput<envoy::config::route::v3::VirtualHost>(
      bytes, size,
      [](const auto& proto, auto& errors) { return compiler::CompileHost(proto, {}, errors); });
  if (host == nullptr) return 0;
  std::string table;
  outrigger::xds::AppendPart(envoy::config::route::v3::RouteConfiguration::kVirtualHostsFieldNumber,
                             host->bytes, table);
  ValidationErrors errors;
  const auto joined = compiler::CompileRouteBytes(table, nullptr, {}, errors);
  OUTRIGGER_CHECK(joined != nullptr);
  test::UseRoutes(*joined);
  return 0;
}
