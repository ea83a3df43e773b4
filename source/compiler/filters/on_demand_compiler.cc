#include "compiler/filters/on_demand_compiler.h"

#include <chrono>
#include <optional>

#include "compiler/fetch_compiler.h"
#include "compiler/fragments.h"
#include "filters/on_demand/on_demand_filter.h"

namespace outrigger::compiler {

namespace {

// Unset: no cluster is fetched. `Proto`: either message with `odcds`.
template <typename Proto>
std::optional<ClusterFetch> CompileFetch(const Proto& proto, const StreamClusters* clusters,
                                         ValidationErrors& errors) {
  constexpr Duration kDefault = std::chrono::seconds(5);
  if (!proto.has_odcds()) return std::nullopt;
  const auto& odcds = proto.odcds();
  const ValidationErrors::ScopedField scope(errors, "odcds.source");
  return ClusterFetch{
      CompileFetchSource(odcds.source(), clusters == nullptr ? StreamClusters() : *clusters,
                         errors),
      odcds.has_timeout() ? ToDuration(odcds.timeout()) : kDefault};
}

}  // namespace

std::shared_ptr<const HttpFilterConfig> CompileOnDemand(const OnDemandProto& proto,
                                                        const HttpFilterContext& context,
                                                        ValidationErrors& errors) {
  return std::make_shared<OnDemandConfig>(CompileFetch(proto, context.stream_clusters, errors));
}

std::shared_ptr<const RouteFilterConfig> CompileRouteOnDemand(const OnDemandPerRouteProto& proto,
                                                              const CompileEnvironment& environment,
                                                              ValidationErrors& errors) {
  return std::make_shared<OnDemandRules>(CompileFetch(proto, &environment.stream_clusters, errors));
}

}  // namespace outrigger::compiler
