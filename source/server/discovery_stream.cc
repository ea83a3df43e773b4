#include "server/discovery_stream.h"

#include <utility>

#include "base/log.h"
#include "server/discovery_call.h"
#include "server/rest_transport.h"
#include "xds/grpc_ads_transport.h"

namespace outrigger {

namespace {

std::unique_ptr<xds::AdsTransport> NewTransport(const DiscoveryStream::World& world, Link& link,
                                                const compiler::AdsSource& source,
                                                std::string_view type_url) {
  if (!source.polling.has_value()) {
    return std::make_unique<xds::GrpcAdsTransport>(world.control, link, world.completions,
                                                   DiscoveryCall(source, type_url));
  }
  return std::make_unique<RestTransport>(
      RestTransport::World{world.control, world.service, world.random,
                           world.configuration.linker()},
      RestTransport::Options{std::string(DiscoveryPath(type_url)), std::string(type_url),
                             source.cluster, *source.polling});
}

std::optional<ClusterLink> FailoverLink(const DiscoveryStream::World& world,
                                        const DiscoveryStream::Options& options) {
  if (!options.source.failover.has_value()) return std::nullopt;
  return std::optional<ClusterLink>(std::in_place, world.control, world.service,
                                    options.source.failover->authority, options.failover_cluster);
}

// The same call, to the other server.
std::unique_ptr<xds::AdsTransport> FailoverTransport(const DiscoveryStream::World& world,
                                                     std::optional<ClusterLink>& link,
                                                     const DiscoveryStream::Options& options) {
  if (!link.has_value()) return nullptr;
  compiler::AdsSource source = options.source;
  static_cast<compiler::GrpcTarget&>(source) = *options.source.failover;
  return NewTransport(world, link->link(), source, options.type_url);
}

}  // namespace

DiscoveryStream::DiscoveryStream(const World& world, Options options)
    : link_(world.control, world.service, options.source.authority, options.cluster),
      failover_link_(FailoverLink(world, options)),
      sink_(world.configuration, options.key_source),
      transport_(NewTransport(world, link_.link(), options.source, options.type_url)),
      failover_transport_(FailoverTransport(world, failover_link_, options)),
      client_(world.control, *transport_, sink_, world.random, ClientOptions(world, options),
              std::move(options.types)),
      connect_timeout_(options.cluster->connect_timeout),
      start_timer_(world.control, [this] { Start(); }) {}

xds::AdsOptions DiscoveryStream::ClientOptions(const World& world, const Options& stream) {
  const compiler::AdsSource& source = stream.source;
  xds::AdsOptions options;
  options.protocol = source.protocol;
  options.serialized_node = world.node;
  options.back_off_base = source.back_off_base;
  options.back_off_max = source.back_off_max;
  options.rate = source.rate;
  options.holds_whole_types = stream.holds_whole_types;
  options.on_problem = [](std::string_view line) { Log(LogLevel::kWarning, "{}", line); };
  options.on_stream_end = [this] {
    link_.HurryNames();
    if (failover_link_.has_value()) failover_link_->HurryNames();
  };
  if (failover_transport_ != nullptr) {
    const compiler::GrpcTarget& failover = *source.failover;
    options.failover.emplace(
        xds::AdsPeer{*failover_transport_, BackOff(failover.back_off_base, failover.back_off_max)});
  }
  return options;
}

void DiscoveryStream::OnPublish(const compiler::Linker& linker) {
  const bool is_reachable = link_.OnPublish(linker);
  const bool is_failover_reachable =
      failover_link_.has_value() && failover_link_->OnPublish(linker);
  if (is_reachable) return Start();
  if (is_failover_reachable && !has_started_) start_timer_.Arm(connect_timeout_);
}

void DiscoveryStream::Start() {
  start_timer_.Disarm();
  if (!std::exchange(has_started_, true)) client_.Start();
}

}  // namespace outrigger
