#include "server/discovery_stream.h"

#include <utility>

#include "base/log.h"
#include "server/discovery_call.h"

namespace outrigger {

namespace {

LinkOptions LinkOptionsFor(const Cluster& cluster, const compiler::AdsSource& source) {
  LinkOptions options;
  options.authority = source.authority;
  options.connect_timeout = cluster.connect_timeout;
  options.stats = cluster.stats;
  return options;
}

}  // namespace

DiscoveryStream::DiscoveryStream(const World& world, const Cluster& cluster, Options options)
    : service_(world.service),
      cluster_(cluster.name),
      dns_(cluster.dns),
      tls_(cluster.tls),
      link_(world.control, world.service.loop(), world.service.relays(),
            LinkOptionsFor(cluster, options.source)),
      sink_(world.configuration, std::move(options.key_source)),
      transport_(world.control, link_, world.completions,
                 DiscoveryCall(options.source, options.type_url)),
      client_(world.control, transport_, sink_, world.random, ClientOptions(world, options.source),
              std::move(options.types)) {}

xds::AdsOptions DiscoveryStream::ClientOptions(const World& world,
                                               const compiler::AdsSource& source) {
  xds::AdsOptions options;
  options.protocol = source.protocol;
  options.serialized_node = world.node;
  options.back_off_base = source.back_off_base;
  options.back_off_max = source.back_off_max;
  options.rate = source.rate;
  options.on_problem = [](std::string_view line) { Log(LogLevel::kWarning, "{}", line); };
  options.on_stream_end = [this] { HurryNames(); };
  return options;
}

void DiscoveryStream::OnPublish(const compiler::Linker& linker) {
  if (tls_ != nullptr) {
    std::shared_ptr<const TlsContext> context = linker.FindTls(*tls_);
    if (context == nullptr) return;
    link_.SetTls(std::move(context));
  }
  std::shared_ptr<const EndpointSet> endpoints = linker.FindEndpoints(cluster_);
  if (endpoints == nullptr || endpoints == endpoints_) return;
  std::vector<Address> addresses;
  for (const Endpoint& endpoint : endpoints->endpoints) addresses.push_back(endpoint.address);
  link_.SetEndpoints(std::move(addresses));
  const bool is_first = endpoints_ == nullptr;
  endpoints_ = std::move(endpoints);
  if (is_first) client_.Start();
}

// The control plane may have moved.
void DiscoveryStream::HurryNames() {
  if (dns_ == nullptr) return;
  service_.loop().Post([&names = service_.names(), dns = dns_] {
    for (const DnsTarget& target : dns->targets) names.Hurry(target.lookup);
  });
}

}  // namespace outrigger
