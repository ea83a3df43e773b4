// YAML of filter chains, and connections between chosen loopback addresses.
//
// Thread: any.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "test/support/raw_peer.h"

namespace outrigger::test {

constexpr std::string_view kGetAndClose = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

// Filters of a connection manager with these routes: "route_config: {...}".
inline std::string HttpFilters(const std::string& routes, const std::string& fields = "") {
  return fmt::format(
      "filters: [{{name: http, typed_config: {{'@type': type.googleapis.com/envoy.extensions."
      "filters.network.http_connection_manager.v3.HttpConnectionManager, stat_prefix: chain, "
      "http_filters: [{{name: router, typed_config: {{'@type': type.googleapis.com/envoy."
      "extensions.filters.http.router.v3.Router}}}}], {}{}}}}}]",
      routes, fields.empty() ? "" : ", " + fields);
}
// That answer every request with `body`.
inline std::string Answers(const std::string& body, const std::string& fields = "") {
  return HttpFilters(
      fmt::format("route_config: {{virtual_hosts: [{{name: all, domains: ['*'], routes: [{{match: "
                  "{{prefix: /}}, direct_response: {{status: 200, body: {{inline_string: "
                  "{}}}}}}}]}}]}}",
                  body),
      fields);
}
inline std::string RelaysTo(const std::string& cluster) {
  return fmt::format(
      "filters: [{{name: tcp, typed_config: {{'@type': type.googleapis.com/envoy.extensions."
      "filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: relay, cluster: {}}}}}]",
      cluster);
}
inline std::string Chain(const std::string& filters, const std::string& match,
                         const std::string& fields = "") {
  return fmt::format("{{{}, filter_chain_match: {{{}}}{}}}", filters, match,
                     fields.empty() ? "" : ", " + fields);
}
inline std::string Range(const std::string& address, int prefix_bits) {
  return fmt::format("[{{address_prefix: {}, prefix_len: {}}}]", address, prefix_bits);
}
inline std::string To(const std::string& address) { return "prefix_ranges: " + Range(address, 32); }
// A listener `in` on all addresses.
inline std::string ChainsYaml(uint16_t port, const std::vector<std::string>& chains,
                              const std::string& fields = "") {
  return fmt::format(
      "{{name: in, stat_prefix: in, address: {{socket_address: {{address: 0.0.0.0, port_value: "
      "{}}}}}, filter_chains: [{}]{}}}",
      port, fmt::join(chains, ", "), fields.empty() ? "" : ", " + fields);
}

// Port 0: one of the kernel's choice.
inline RawPeer ConnectBetween(const std::string& source, uint16_t source_port,
                              const std::string& destination, uint16_t port) {
  const auto address_of = [](const std::string& ip, uint16_t number) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(number);
    inet_pton(AF_INET, ip.c_str(), &address.sin_addr);
    return address;
  };
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in from = address_of(source, source_port);
  const sockaddr_in to = address_of(destination, port);
  const bool is_connected = bind(fd, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0 &&
                            connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  if (is_connected) return RawPeer(fd);
  close(fd);
  return RawPeer();
}

}  // namespace outrigger::test
