#include "server/discovery_stream.h"

#include <utility>

#include "base/log.h"
#include "server/discovery_call.h"

namespace outrigger {

DiscoveryStream::DiscoveryStream(const World& world, std::shared_ptr<const Cluster> cluster,
                                 Options options)
    : link_(world.control, world.service, options.source.authority, std::move(cluster)),
      sink_(world.configuration, options.key_source),
      transport_(world.control, link_.link(), world.completions,
                 DiscoveryCall(options.source, options.type_url)),
      client_(world.control, transport_, sink_, world.random, ClientOptions(world, options),
              std::move(options.types)) {}

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
