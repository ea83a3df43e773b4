// A ScopedRouteConfiguration, and what a connection manager says of scopes: where both compile a
// request finds its key, and the routes that the scope brings.
#include <optional>

#include "base/arena.h"
#include "base/slab.h"
#include "compiler/scope_compiler.h"
#include "envoy/config/route/v3/scoped_route.pb.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "test/fuzz/received_resource.h"
#include "test/fuzz/use_routes.h"

namespace outrigger {
namespace {

namespace hcm = envoy::extensions::filters::network::http_connection_manager::v3;

void UseFragments(const routing::ScopeFragments& fragments) {
  SlabPool slabs;
  Arena arena(slabs);
  http::RequestHead request;
  request.authority = "a.b";
  request.path = "/a=b;c=d";
  for (const auto& fragment : fragments) {
    if (fragment.field != "host") request.headers.Add(fragment.field, "a=b;c=d,,e;f");
  }
  const auto key = routing::ScopeKeyOf(fragments, request, arena);
  OUTRIGGER_CHECK(!key.has_value() || key->size() <= fragments.size() * 16);
}

}  // namespace
}  // namespace outrigger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger;
  const auto scope = compiler::CompileInput<envoy::config::route::v3::ScopedRouteConfiguration>(
      bytes, size,
      [](const auto& proto, auto& errors) { return compiler::CompileScope(proto, {}, errors); });
  if (scope != nullptr) {
    OUTRIGGER_CHECK(scope->route_table_name.empty() == (scope->inline_routes != nullptr));
    if (scope->inline_routes != nullptr) test::UseRoutes(*scope->inline_routes);
  }
  const auto scoped =
      compiler::CompileInput<hcm::ScopedRoutes>(bytes, size, [](const auto& proto, auto& errors) {
        return compiler::CompileScopedRoutes(proto, {}, errors);
      });
  if (scoped != nullptr) UseFragments(scoped->fragments);
  return 0;
}
