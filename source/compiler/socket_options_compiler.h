// socket_options of listeners, tcp_keepalive of clusters -> SocketOptions, or every mistake by
// field path. Whether the kernel takes an option shows when it is set.
//
// Thread: control. Source: envoy/config/core/v3 socket_option.proto, address.proto.
#pragma once

#include <google/protobuf/repeated_field.h>

#include "base/validation_errors.h"
#include "envoy/config/core/v3/address.pb.h"
#include "envoy/config/core/v3/socket_option.pb.h"
#include "net/socket_options.h"

namespace outrigger::compiler {

using SocketOptionProtos =
    google::protobuf::RepeatedPtrField<envoy::config::core::v3::SocketOption>;

// For TCP: those that are for datagrams are left out. At the field `socket_options` of the current
// path.
SocketOptions CompileSocketOptions(const SocketOptionProtos& protos, ValidationErrors& errors);

// None where one of its numbers is zero: that is how it is switched off.
SocketOptions CompileTcpKeepalive(const envoy::config::core::v3::TcpKeepalive& proto,
                                  ValidationErrors& errors);

}  // namespace outrigger::compiler
