#include "compiler/listener_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/access_log_compiler.h"
#include "compiler/certificate_scopes.h"
#include "compiler/chain_match_compiler.h"
#include "compiler/fragments.h"
#include "compiler/listener_filters.h"
#include "compiler/network_filters.h"
#include "compiler/socket_options_compiler.h"
#include "envoy/config/listener/v3/listener.pb.h"
#include "http/http1/http1_stats.h"
#include "http/http2/http2_stats.h"
#include "http/http_stats.h"
#include "snapshot/listener_stats.h"
#include "snapshot/tcp_stats.h"

namespace outrigger::compiler {

namespace {

using ListenerProto = envoy::config::listener::v3::Listener;
using AdditionalProto = envoy::config::listener::v3::AdditionalAddress;
using ChainProto = envoy::config::listener::v3::FilterChain;

// Each has sockets on every worker.
constexpr int kMoreAddressesMax = 64;

// One Listener being compiled.
class ListenerCompiler {
 public:
  ListenerCompiler(const ListenerProto& proto, const ListenerContext& context,
                   ValidationErrors& errors)
      : proto_(proto),
        environment_(context.environment),
        stats_(context.stats),
        tls_(context.tls),
        discovered_filters_(context.discovered_filters),
        errors_(errors) {}

  std::shared_ptr<const ListenerConfig> Compile();

 private:
  void CompileAddresses(ListenerConfig& listener);
  template <typename Proto>
  ListenAddress& CompileListenAddress(const Proto& proto, ListenerConfig& listener);
  void CompileSocket(ListenerConfig& listener);
  void CheckInterception();
  void CompileChains(ListenerConfig& listener);
  void CompileChain(const ChainProto& proto, ListenerConfig& listener, FilterChain& chain);
  void FindStats(ListenerConfig& listener);
  void FindStats(std::string_view listener, FilterChain& chain);
  void RefuseIfTrue(bool value, std::string_view field, std::string_view reason);

  const ListenerProto& proto_;
  const CompileEnvironment& environment_;
  stats::Registry& stats_;
  TlsCompiler& tls_;
  DiscoveredFilters& discovered_filters_;
  ValidationErrors& errors_;
};

std::shared_ptr<const ListenerConfig> ListenerCompiler::Compile() {
  auto listener = std::make_shared<ListenerConfig>();
  listener->name = proto_.name();
  CompileAddresses(*listener);
  CompileSocket(*listener);
  CheckInterception();
  if (proto_.traffic_direction() == envoy::config::core::v3::INBOUND) {
    listener->direction = TrafficDirection::kInbound;
  } else if (proto_.traffic_direction() == envoy::config::core::v3::OUTBOUND) {
    listener->direction = TrafficDirection::kOutbound;
  }
  CompileListenerFilters(proto_, environment_, discovered_filters_, *listener, errors_);
  CompileChains(*listener);
  AccessLogs logs = CompileAccessLogs(proto_.access_log(), environment_, errors_);
  if (!logs.empty()) listener->access_logs = std::make_shared<const AccessLogs>(std::move(logs));
  if (!errors_.ok()) return nullptr;
  FindStats(*listener);
  return listener;
}

void ListenerCompiler::FindStats(ListenerConfig& listener) {
  const std::string name = proto_.stat_prefix().empty() ? listener.addresses[0].address.ToString()
                                                        : proto_.stat_prefix();
  listener.stats = stats_.Find(kListenerFamily, name);
  for (FilterChain& chain : listener.chains) {
    FindStats(name, chain);
    if (chain.tls == nullptr) continue;
    AddCertificateScopes(kListenerCertificateFamily, name, chain.tls->context.get(), stats_,
                         listener.certificate_stats);
  }
}

void ListenerCompiler::FindStats(std::string_view listener, FilterChain& chain) {
  if (chain.is_http()) {
    HttpOptions& http = chain.http();
    http.stats = stats_.Find(http::kHttpFamily, http.stat_prefix);
    http.listener_stats =
        stats_.Find(kListenerHttpFamily, ListenerHttpScopeName(listener, http.stat_prefix));
    http.http1_stats = stats_.Find(http::http1::kHttp1Family, "");
    http.http2_stats = stats_.Find(http::http2::kHttp2Family, "");
  } else {
    TcpOptions& tcp = chain.tcp();
    if (tcp.cluster_names.empty()) return;  // what it ends in has yet to come
    tcp.stats = stats_.Find(kTcpFamily, tcp.stat_prefix);
  }
}

void ListenerCompiler::CompileAddresses(ListenerConfig& listener) {
  if (proto_.additional_addresses_size() > kMoreAddressesMax) {
    const ValidationErrors::ScopedField scope(errors_, "additional_addresses");
    errors_.Add(fmt::format("must have at most {} items", kMoreAddressesMax));
    return;
  }
  const SocketOptions options = CompileSocketOptions(proto_.socket_options(), errors_);
  CompileListenAddress(proto_, listener).options = options;
  for (int i = 0; i < proto_.additional_addresses_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors_, "additional_addresses",
                                              static_cast<size_t>(i));
    const AdditionalProto& more = proto_.additional_addresses(i);
    ListenAddress& address = CompileListenAddress(more, listener);
    if (!more.has_socket_options()) {
      address.options = options;
      continue;
    }
    const ValidationErrors::ScopedField field(errors_, "socket_options");
    address.options = CompileSocketOptions(more.socket_options().socket_options(), errors_);
  }
}

// Either message has an `address`.
template <typename Proto>
ListenAddress& ListenerCompiler::CompileListenAddress(const Proto& proto,
                                                      ListenerConfig& listener) {
  const ValidationErrors::ScopedField scope(errors_, "address");
  if (!proto.has_address()) errors_.Add("is required");
  const Address address = CompileAddress(proto.address(), errors_);
  // The kernel finds another port each time it is asked for any.
  const bool is_any_port = address.is_ip() && address.port() == 0;
  const bool is_twice = std::ranges::any_of(
      listener.addresses, [&](const ListenAddress& other) { return other.address == address; });
  if (address.is_set() && !is_any_port && is_twice) errors_.Add("is there already");
  return listener.addresses.emplace_back(
      ListenAddress{.address = address, .file_mode = proto.address().pipe().mode()});
}

void ListenerCompiler::CompileSocket(ListenerConfig& listener) {
  if (proto_.has_per_connection_buffer_limit_bytes()) {
    listener.buffer_bytes_high = proto_.per_connection_buffer_limit_bytes().value();
  }
  if (proto_.has_tcp_backlog_size()) listener.backlog = proto_.tcp_backlog_size().value();
  listener.drains_on_failed_health =
      proto_.drain_type() == envoy::config::listener::v3::Listener::DEFAULT;
  listener.ignores_global_limit = proto_.ignore_global_conn_limit();
  const auto limit = environment_.connection_limits.find(proto_.name());
  if (limit != environment_.connection_limits.end()) listener.connection_limit = limit->second;
}

void ListenerCompiler::RefuseIfTrue(bool value, std::string_view field, std::string_view reason) {
  if (!value) return;
  const ValidationErrors::ScopedField scope(errors_, field);
  errors_.Add(fmt::format("is not supported: {}", reason));
}

void ListenerCompiler::CheckInterception() {
  constexpr std::string_view kNoInterception = "interception is not supported yet";
  RefuseIfTrue(proto_.use_original_dst().value(), "use_original_dst", kNoInterception);
  RefuseIfTrue(proto_.transparent().value(), "transparent", kNoInterception);
  // Without a socket a listener serves what others hand over, which nobody does yet.
  RefuseIfTrue(proto_.has_bind_to_port() && !proto_.bind_to_port().value(), "bind_to_port",
               kNoInterception);
  const auto& old = proto_.deprecated_v1();
  RefuseIfTrue(old.has_bind_to_port() && !old.bind_to_port().value(), "deprecated_v1.bind_to_port",
               kNoInterception);
}

void ListenerCompiler::CompileChains(ListenerConfig& listener) {
  for (int i = 0; i < proto_.filter_chains_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors_, "filter_chains", static_cast<size_t>(i));
    CompileChain(proto_.filter_chains(i), listener, listener.chains.emplace_back());
  }
  if (proto_.has_default_filter_chain()) {
    const ValidationErrors::ScopedField scope(errors_, "default_filter_chain");
    CompileChain(proto_.default_filter_chain(), listener, listener.chains.emplace_back());
  }
  if (listener.chains.empty()) {
    const ValidationErrors::ScopedField scope(errors_, "filter_chains");
    errors_.Add("must have an element, or there must be a default_filter_chain");
  }
  listener.match = CompileChainMatch(proto_, errors_);
}

void ListenerCompiler::CompileChain(const ChainProto& proto, ListenerConfig& listener,
                                    FilterChain& chain) {
  chain.name = proto.name();
  if (proto.has_transport_socket()) {
    chain.tls = tls_.CompileDownstream(proto.transport_socket(), errors_);
  }
  if (proto.has_transport_socket_connect_timeout()) {
    chain.handshake_timeout = ToDuration(proto.transport_socket_connect_timeout());
  }
  RefuseIfTrue(proto.use_proxy_proto().value(), "use_proxy_proto",
               "the PROXY protocol is not supported yet");
  const bool is_edge = environment_.edge_listeners.contains(proto_.name());
  CompileNetworkFilters(proto, {environment_, stats_, discovered_filters_, is_edge}, listener,
                        chain, errors_);
}

}  // namespace

std::shared_ptr<const ListenerConfig> CompileListener(const ListenerProto& proto,
                                                      const ListenerContext& context,
                                                      ValidationErrors& errors) {
  return ListenerCompiler(proto, context, errors).Compile();
}

}  // namespace outrigger::compiler
