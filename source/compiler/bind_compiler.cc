#include "compiler/bind_compiler.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string_view>
#include <utility>

#include "compiler/fragments.h"
#include "compiler/socket_options_compiler.h"
#include "envoy/config/core/v3/address.pb.h"

namespace outrigger::compiler {

namespace {

using BindProto = envoy::config::core::v3::BindConfig;

// What a source needs beside the options that the configuration names.
void AddOwnOptions(const Address& source, bool is_free, SocketOptions& options) {
  if (is_free) {
    const bool is_v6 = source.family() == AF_INET6;
    options.push_back(is_v6 ? NumberOption(IPPROTO_IPV6, IPV6_FREEBIND, 1)
                            : NumberOption(IPPROTO_IP, IP_FREEBIND, 1));
  }
  // As Envoy: the port is chosen when the destination is known, so that connections to different
  // ones can share it; else there would be as many connections as ports.
  if (source.port() == 0) options.push_back(NumberOption(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1));
}

ClientSocket CompileSource(const envoy::config::core::v3::SocketAddress& proto, bool is_free,
                           SocketOptions options, ValidationErrors& errors) {
  ClientSocket socket = {.source = CompileSocketAddress(proto, errors),
                         .options = std::move(options)};
  AddOwnOptions(socket.source, is_free, socket.options);
  return socket;
}

// One more, of the other family.
void CompileExtra(const BindProto& proto, const SocketOptions& options, ClientSockets& sockets,
                  ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "extra_source_addresses");
  if (!proto.has_source_address()) {
    errors.Add("must not be set without source_address");
    return;
  }
  if (proto.extra_source_addresses_size() > 1) {
    errors.Add("must have at most 1 item");
    return;
  }
  const ValidationErrors::ScopedField element(errors, "", 0);
  const auto& extra = proto.extra_source_addresses(0);
  SocketOptions own = options;
  if (extra.has_socket_options()) {
    const ValidationErrors::ScopedField field(errors, "socket_options");
    own = CompileSocketOptions(extra.socket_options().socket_options(), errors);
  }
  const ValidationErrors::ScopedField field(errors, "address");
  sockets.push_back(
      CompileSource(extra.address(), proto.freebind().value(), std::move(own), errors));
  if (sockets[0].source.is_set() && sockets[0].source.family() == sockets[1].source.family()) {
    errors.Add("must be of another family than source_address");
  }
}

}  // namespace

ClientSockets CompileBind(const BindProto& proto, ValidationErrors& errors) {
  const SocketOptions options = CompileSocketOptions(proto.socket_options(), errors);
  ClientSockets sockets;
  if (proto.has_source_address()) {
    const ValidationErrors::ScopedField scope(errors, "source_address");
    sockets.push_back(
        CompileSource(proto.source_address(), proto.freebind().value(), options, errors));
  } else {
    sockets.push_back({.source = {}, .options = options});
  }
  if (!proto.extra_source_addresses().empty()) CompileExtra(proto, options, sockets, errors);
  return sockets;
}

}  // namespace outrigger::compiler
