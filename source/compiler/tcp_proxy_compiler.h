// envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy -> TcpOptions, its stats left out.
//
// Thread: control.
#pragma once

#include "base/validation_errors.h"
#include "compiler/stream_clusters.h"
#include "snapshot/listener_config.h"

namespace envoy::extensions::filters::network::tcp_proxy::v3 {
class TcpProxy;
}

namespace outrigger::compiler {

using TcpProxyProto = envoy::extensions::filters::network::tcp_proxy::v3::TcpProxy;

// `clusters` may be asked for resources.
TcpOptions CompileTcpProxy(const TcpProxyProto& proto, const StreamClusters& clusters,
                           ValidationErrors& errors);

}  // namespace outrigger::compiler
