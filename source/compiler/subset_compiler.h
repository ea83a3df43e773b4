// How a cluster divides its endpoints -> SubsetOptions, or every mistake by field path.
//
// Thread: control.
#pragma once

#include <memory>

#include "base/validation_errors.h"
#include "cluster/lb/subset_options.h"

namespace envoy::config::cluster::v3 {
class Cluster;
}

namespace outrigger::compiler {

// Null: it does not.
std::shared_ptr<const SubsetOptions> CompileSubsets(
    const envoy::config::cluster::v3::Cluster& proto, ValidationErrors& errors);

}  // namespace outrigger::compiler
