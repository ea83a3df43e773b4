// Scopes of routes for tests: listeners that have a route table for each host, and scopes.
//
// Thread: any.
#pragma once

#include <string>

namespace outrigger::test {

// YAML of a listener on a port of the kernel's choice. The key of a scope is the host of a request;
// `source`, a ConfigSource's content, brings scopes and, unless `routes` does, their routes.
std::string ScopedListenerYaml(const std::string& name, const std::string& source = "ads: {}",
                               const std::string& routes = "");
// YAML of the scope of that host.
std::string ScopeYaml(const std::string& name, const std::string& host, const std::string& routes);
std::string ScopeBytes(const std::string& yaml);

}  // namespace outrigger::test
