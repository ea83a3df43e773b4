#include "compiler/dns_settings_compiler.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/any_content.h"
#include "compiler/fragments.h"
#include "envoy/extensions/network/dns_resolver/cares/v3/cares_dns_resolver.pb.h"
#include "envoy/extensions/network/dns_resolver/getaddrinfo/v3/getaddrinfo_dns_resolver.pb.h"

namespace outrigger::compiler {

namespace {

using envoy::extensions::network::dns_resolver::cares::v3::CaresDnsResolverConfig;
using envoy::extensions::network::dns_resolver::getaddrinfo::v3::GetAddrInfoDnsResolverConfig;

constexpr size_t kServersMax = 100;
constexpr uint64_t kTimeoutSecondsMax = 3600;
constexpr uint32_t kTriesMax = 1000;

DnsSettings CompileCares(const CaresDnsResolverConfig& proto, ValidationErrors& errors) {
  DnsSettings settings;
  {
    const ValidationErrors::ScopedField scope(errors, "resolvers");
    settings.servers = CompileDnsServers(proto.resolvers(), errors);
  }
  settings.servers_are_fallback = proto.use_resolvers_as_fallback();
  settings.uses_tcp = proto.dns_resolver_options().use_tcp_for_dns_lookups();
  settings.has_no_search_domains = proto.dns_resolver_options().no_default_search_domain();
  settings.rotates_servers = proto.rotate_nameservers();
  settings.questions_per_port_max = proto.udp_max_queries().value();
  settings.tries = std::min(proto.query_tries().value(), kTriesMax);
  settings.timeout =
      std::chrono::seconds(std::min(proto.query_timeout_seconds().value(), kTimeoutSecondsMax));
  settings.udp_payload_bytes_max = proto.edns0_max_payload_size().value();
  return settings;
}

}  // namespace

std::vector<Address> CompileDnsServers(const DnsServers& proto, ValidationErrors& errors) {
  std::vector<Address> servers;
  if (static_cast<size_t>(proto.size()) > kServersMax) {
    errors.Add(fmt::format("must have at most {} elements", kServersMax));
    return servers;
  }
  for (int i = 0; i < proto.size(); ++i) {
    const auto& socket = proto[i].socket_address();
    if (socket.port_value() > 65535) continue;  // the validation rules have said why
    absl::StatusOr<Address> server =
        Address::FromIp(socket.address(), static_cast<uint16_t>(socket.port_value()));
    if (server.ok()) {
      servers.push_back(*server);
      continue;
    }
    errors.Add(fmt::format("[{}]: must be a socket_address with an IP address", i));
  }
  return servers;
}

DnsSettings CompileDnsSettings(const envoy::config::core::v3::TypedExtensionConfig& proto,
                               ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "typed_config");
  const auto content = UnpackAny(proto.typed_config());
  if (const auto* cares = dynamic_cast<const CaresDnsResolverConfig*>(content.get())) {
    return CompileCares(*cares, errors);
  }
  if (dynamic_cast<const GetAddrInfoDnsResolverConfig*>(content.get()) == nullptr) {
    errors.Add(fmt::format(
        "{} is not supported: must be a CaresDnsResolverConfig or a GetAddrInfoDnsResolverConfig",
        DescribeAny(proto.typed_config())));
  }
  return {};
}

}  // namespace outrigger::compiler
