#include "server/discovery_stream.h"

#include <utility>

#include "base/log.h"
#include "server/discovery_call.h"
#include "server/rest_transport.h"
#include "xds/grpc_ads_transport.h"

namespace outrigger {

DiscoveryStream::DiscoveryStream(const World& world, std::shared_ptr<const Cluster> cluster,
                                 Options options)
    : link_(world.control, world.service, options.source.authority, std::move(cluster)),
      sink_(world.configuration, options.key_source),
      transport_(NewTransport(world, link_.link(), options)),
      client_(world.control, *transport_, sink_, world.random, ClientOptions(world, options),
              std::move(options.types)) {}

std::unique_ptr<xds::AdsTransport> DiscoveryStream::NewTransport(const World& world, Link& link,
                                                                 const Options& options) {
  const compiler::AdsSource& source = options.source;
  if (!source.polling.has_value()) {
    return std::make_unique<xds::GrpcAdsTransport>(world.control, link, world.completions,
                                                   DiscoveryCall(source, options.type_url));
  }
  return std::make_unique<RestTransport>(
      RestTransport::World{world.control, world.service, world.random,
                           world.configuration.linker()},
      RestTransport::Options{std::string(DiscoveryPath(options.type_url)),
                             std::string(options.type_url), source.cluster, *source.polling});
}

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
  options.on_stream_end = [this] { link_.HurryNames(); };
  return options;
}

void DiscoveryStream::OnPublish(const compiler::Linker& linker) {
  if (link_.OnPublish(linker)) client_.Start();
}

}  // namespace outrigger
