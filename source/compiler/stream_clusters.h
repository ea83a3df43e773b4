// Clusters that may be asked for resources: those of the bootstrap whose endpoints come from no
// control plane. Unset: any, since nobody knows.
//
// Thread: any (a value).
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

namespace outrigger::compiler {

using StreamClusters = std::optional<std::set<std::string, std::less<>>>;

}  // namespace outrigger::compiler
