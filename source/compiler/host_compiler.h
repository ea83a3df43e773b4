// Virtual hosts that are discovered (VHDS): envoy.config.route.v3.VirtualHost -> DiscoveredHost,
// and where a route table says that its own come from.
//
// A host is joined to its table as bytes: what both say together is compiled like any other table,
// of which only what has changed is looked at. Thread: control.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/validation_errors.h"
#include "compiler/environment.h"
#include "routing/route_table.h"

namespace envoy::config::route::v3 {
class Vhds;
class VirtualHost;
}  // namespace envoy::config::route::v3

namespace outrigger::compiler {

struct DiscoveredHost {
  std::vector<std::string> domains;  // lower case
  std::string bytes;                 // a VirtualHost
};

// Null when there are errors.
std::shared_ptr<const DiscoveredHost> CompileHost(
    const envoy::config::route::v3::VirtualHost& proto, const CompileEnvironment& environment,
    ValidationErrors& errors);

// Virtual hosts are discovered by the delta protocol only.
routing::HostDiscovery CompileHostDiscovery(const envoy::config::route::v3::Vhds& proto,
                                            const CompileEnvironment& environment,
                                            ValidationErrors& errors);

// The route table of a virtual host: what stands before the last slash of its name, or key (X37);
// empty: there is none.
std::string_view TableOfHost(std::string_view name);

}  // namespace outrigger::compiler
