#include "compiler/host_compiler.h"

#include "compiler/ads_source.h"
#include "compiler/config_source.h"
#include "compiler/fragments.h"
#include "compiler/route_compiler.h"
#include "envoy/config/route/v3/route.pb.h"

namespace outrigger::compiler {

std::shared_ptr<const DiscoveredHost> CompileHost(
    const envoy::config::route::v3::VirtualHost& proto, const CompileEnvironment& environment,
    ValidationErrors& errors) {
  envoy::config::route::v3::RouteConfiguration alone;
  *alone.add_virtual_hosts() = proto;
  if (CompileRoutes(alone, environment, errors) == nullptr) return nullptr;
  auto host = std::make_shared<DiscoveredHost>();
  for (const std::string& domain : proto.domains()) host->domains.push_back(LowerCase(domain));
  host->bytes = proto.SerializeAsString();
  return host;
}

routing::HostDiscovery CompileHostDiscovery(const envoy::config::route::v3::Vhds& proto,
                                            const CompileEnvironment& environment,
                                            ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "config_source");
  routing::HostDiscovery discovery;
  discovery.source =
      CompileConfigSource(proto.config_source(), environment.stream_clusters, errors);
  discovery.wait_max = FetchTimeoutOf(proto.config_source());
  const StreamSource* stream = StreamOf(discovery.source);
  const bool is_delta = stream != nullptr ? AdsSourceOf(*stream).protocol == xds::Protocol::kDelta
                                          : discovery.source == nullptr && environment.is_ads_delta;
  if (!is_delta) errors.Add("must be of the delta protocol: DELTA_GRPC, or ads that is");
  return discovery;
}

std::string_view TableOfHost(std::string_view name) {
  const size_t slash = name.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : name.substr(0, slash);
}

}  // namespace outrigger::compiler
