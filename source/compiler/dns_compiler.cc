#include "compiler/dns_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/any_content.h"
#include "compiler/dns_settings_compiler.h"
#include "compiler/endpoint_compiler.h"
#include "compiler/fragments.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/extensions/clusters/dns/v3/dns_cluster.pb.h"

namespace outrigger::compiler {

namespace {

using ClusterProto = envoy::config::cluster::v3::Cluster;
using envoy::extensions::clusters::dns::v3::DnsCluster;
namespace dns = envoy::extensions::clusters::common::dns::v3;

constexpr size_t kNameBytesMax = 253;  // RFC 1035 section 2.3.4, without the last dot
constexpr size_t kLabelBytesMax = 63;
constexpr int kDefaultRatio = 10;  // of the longest wait after failures to the first, as in the API

DnsFamilies FamiliesOf(ClusterProto::DnsLookupFamily family) {
  switch (family) {
    case ClusterProto::V4_ONLY:
      return DnsFamilies::kV4Only;
    case ClusterProto::V6_ONLY:
      return DnsFamilies::kV6Only;
    case ClusterProto::V4_PREFERRED:
      return DnsFamilies::kV4Preferred;
    case ClusterProto::ALL:
      return DnsFamilies::kAll;
    default:
      return DnsFamilies::kAuto;
  }
}

DnsFamilies FamiliesOf(dns::DnsLookupFamily family) {
  switch (family) {
    case dns::V4_ONLY:
      return DnsFamilies::kV4Only;
    case dns::V6_ONLY:
      return DnsFamilies::kV6Only;
    case dns::V4_PREFERRED:
      return DnsFamilies::kV4Preferred;
    case dns::ALL:
      return DnsFamilies::kAll;
    default:
      return DnsFamilies::kAuto;
  }
}

template <typename RefreshRate>
void CompileFailureRate(const RefreshRate& proto, DnsLookup& lookup, ValidationErrors& errors) {
  lookup.failure_base = ToDuration(proto.base_interval());
  lookup.failure_max = lookup.failure_base > Duration::max() / kDefaultRatio
                           ? Duration::max()
                           : lookup.failure_base * kDefaultRatio;
  if (!proto.has_max_interval()) return;
  lookup.failure_max = ToDuration(proto.max_interval());
  if (lookup.failure_max >= lookup.failure_base) return;
  const ValidationErrors::ScopedField scope(errors, "dns_failure_refresh_rate.max_interval");
  errors.Add("must be at least base_interval");
}

// What a Cluster and a DnsCluster both have.
template <typename Proto>
DnsLookup CompileLookup(const Proto& proto, ValidationErrors& errors) {
  DnsLookup lookup;
  lookup.families = FamiliesOf(proto.dns_lookup_family());
  lookup.respects_ttl = proto.respect_dns_ttl();
  if (proto.has_dns_refresh_rate()) lookup.refresh = ToDuration(proto.dns_refresh_rate());
  if (proto.has_dns_failure_refresh_rate()) {
    CompileFailureRate(proto.dns_failure_refresh_rate(), lookup, errors);
  }
  if (proto.has_dns_jitter()) lookup.jitter = ToDuration(proto.dns_jitter());
  if (proto.has_typed_dns_resolver_config()) {
    const ValidationErrors::ScopedField scope(errors, "typed_dns_resolver_config");
    lookup.settings = CompileDnsSettings(proto.typed_dns_resolver_config(), errors);
  }
  return lookup;
}

// The deprecated ways to say whom to ask; the newest one that is there counts.
void CompileOldSettings(const ClusterProto& proto, DnsSettings& settings,
                        ValidationErrors& errors) {
  if (proto.has_typed_dns_resolver_config()) return;
  if (proto.has_dns_resolution_config()) {
    const auto& config = proto.dns_resolution_config();
    const ValidationErrors::ScopedField scope(errors, "dns_resolution_config.resolvers");
    settings.servers = CompileDnsServers(config.resolvers(), errors);
    settings.uses_tcp = config.dns_resolver_options().use_tcp_for_dns_lookups();
    settings.has_no_search_domains = config.dns_resolver_options().no_default_search_domain();
    return;
  }
  const ValidationErrors::ScopedField scope(errors, "dns_resolvers");
  settings.servers = CompileDnsServers(proto.dns_resolvers(), errors);
  settings.uses_tcp = proto.use_tcp_for_dns_lookups();
}

void CheckName(std::string_view name, ValidationErrors& errors) {
  if (name.ends_with('.')) name.remove_suffix(1);
  bool is_name = !name.empty() && name.size() <= kNameBytesMax;
  size_t label_bytes = 0;
  for (size_t i = 0; i <= name.size() && is_name; ++i) {
    if (i < name.size() && name[i] != '.') {
      ++label_bytes;
      is_name = name[i] > 0x20 && name[i] < 0x7F;
      continue;
    }
    is_name = label_bytes > 0 && label_bytes <= kLabelBytesMax;
    label_bytes = 0;
  }
  if (!is_name) errors.Add(fmt::format("must be an IP address or a name, is \"{}\"", name));
}

// Fills `to` with the endpoints of the assignment; each takes over what `lookup` says.
void CompileTargets(const envoy::config::endpoint::v3::ClusterLoadAssignment& proto,
                    const DnsLookup& lookup, DnsEndpoints& to, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "load_assignment");
  const auto take = [&](const envoy::config::core::v3::Address& address, ValidationErrors&) {
    const auto& socket = address.socket_address();
    const auto port = static_cast<uint16_t>(socket.port_value());
    DnsTarget target{{}, port};
    if (to.targets.size() >= kDnsTargetsMax) return Address();
    const absl::StatusOr<Address> literal = Address::FromIp(socket.address(), port);
    if (!literal.ok()) {
      target.lookup = lookup;
      target.lookup.name = LowerCase(socket.address());
    }
    if (!address.has_socket_address()) {
      if (address.has_pipe()) errors.Add("must be a socket_address");
    } else if (!literal.ok()) {
      const ValidationErrors::ScopedField field(errors, "socket_address.address");
      CheckName(socket.address(), errors);
    }
    to.targets.push_back(std::move(target));
    return literal.value_or(Address());
  };
  const auto frame = CompileEndpointsWith(proto, take, errors);
  if (frame == nullptr) return;
  const ValidationErrors::ScopedField field(errors, "endpoints");
  if (frame->endpoints.size() > to.targets.size()) {
    errors.Add(fmt::format("must have at most {} endpoints, has {}", kDnsTargetsMax,
                           frame->endpoints.size()));
  } else if (to.is_logical && (frame->endpoints.size() != 1 || frame->localities.size() != 1)) {
    errors.Add("must have one locality with one endpoint");
  }
  auto named = std::make_shared<EndpointSet>(*frame);
  for (size_t i = 0; i < to.targets.size() && i < named->endpoints.size(); ++i) {
    Endpoint& endpoint = named->endpoints[i];
    if (endpoint.hostname.empty()) endpoint.hostname = to.targets[i].lookup.name;
    if (endpoint.hostname.empty()) endpoint.hostname = endpoint.address.ip();
  }
  to.frame = std::move(named);
}

}  // namespace

std::shared_ptr<const DnsEndpoints> CompileDns(const ClusterProto& proto,
                                               ValidationErrors& errors) {
  auto to = std::make_shared<DnsEndpoints>();
  DnsLookup lookup;
  if (proto.has_cluster_type()) {
    const ValidationErrors::ScopedField scope(errors, "cluster_type.typed_config");
    const auto content = UnpackAny(proto.cluster_type().typed_config());
    const auto* config = dynamic_cast<const DnsCluster*>(content.get());
    if (config == nullptr) {
      errors.Add(fmt::format("{} is not supported yet: must be a DnsCluster",
                             DescribeAny(proto.cluster_type().typed_config())));
      return nullptr;
    }
    lookup = CompileLookup(*config, errors);
    to->is_logical = config->all_addresses_in_single_endpoint();
  } else {
    lookup = CompileLookup(proto, errors);
    CompileOldSettings(proto, lookup.settings, errors);
    to->is_logical = proto.type() == ClusterProto::LOGICAL_DNS;
  }
  lookup.needs_address = to->is_logical;
  to->waits_for_names = !proto.has_wait_for_warm_on_init() || proto.wait_for_warm_on_init().value();
  CompileTargets(proto.load_assignment(), lookup, *to, errors);
  return errors.ok() ? to : nullptr;
}

}  // namespace outrigger::compiler
