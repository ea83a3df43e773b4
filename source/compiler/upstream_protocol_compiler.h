// What a cluster speaks: HttpProtocolOptions, and the fields of Cluster that did its work before.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "cluster/cluster.h"
#include "envoy/config/cluster/v3/cluster.pb.h"

namespace outrigger::compiler {

// Sets the codec and the bounds of pooled connections. Requires: `cluster.tls` is set, where there
// is one.
void CompileUpstreamProtocol(const envoy::config::cluster::v3::Cluster& proto, Cluster& cluster,
                             ValidationErrors& errors);

}  // namespace outrigger::compiler
