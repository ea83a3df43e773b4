// How a cluster chooses among its endpoints -> LbOptions, or every mistake by field path.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "cluster/lb/lb_options.h"

namespace envoy::config::cluster::v3 {
class Cluster;
}

namespace outrigger::compiler {

// Policies that differ from round robin in who of the same endpoints comes next and are not
// supported yet (ring hash, maglev) count as round robin.
LbOptions CompileBalancing(const envoy::config::cluster::v3::Cluster& proto,
                           ValidationErrors& errors);

}  // namespace outrigger::compiler
