// What a version of a route table is made of: parts of the version before whose bytes are the same,
// and a remainder to parse and compile. A change of one route of thousands costs little more than
// that route.
//
// A part is known by the hash of its bytes and of everything around it that it may depend on (a
// route: what its virtual host says beside its routes, what the table says beside its hosts), so
// that what is kept would have compiled to the same.
//
// Thread: control. Source: envoy/config/route/v3 RouteConfiguration, VirtualHost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "routing/route_table.h"

namespace envoy::config::route::v3 {
class RouteConfiguration;
}

namespace outrigger::compiler {

// In the order of the table. What is not kept is an element of the remainder, in the same order.
struct TablePlan {
  struct Route {
    uint64_t origin = 0;
    std::optional<Shared<routing::Route>> kept;
  };
  struct Host {
    uint64_t origin = 0;
    std::optional<Shared<routing::VirtualHost>> kept;
    std::vector<Route> routes;  // unless it is kept whole
  };
  std::vector<Host> hosts;
  std::string remainder;  // a RouteConfiguration, serialized
  bool keeps_some = false;
};

// `before`: null when there is none. Unset when the bytes are no RouteConfiguration.
std::optional<TablePlan> PlanRouteTable(std::string_view bytes, const routing::RouteTable* before);
// Nothing is kept, and nothing will be: where it came from is not known. No remainder: it is
// `proto`.
TablePlan PlanWholeTable(const envoy::config::route::v3::RouteConfiguration& proto);

}  // namespace outrigger::compiler
