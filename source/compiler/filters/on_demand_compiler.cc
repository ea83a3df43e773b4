#include "compiler/filters/on_demand_compiler.h"

#include <chrono>
#include <optional>

#include "compiler/fragments.h"
#include "filters/on_demand/on_demand_filter.h"

namespace outrigger::compiler {

namespace {

// How long a cluster is waited for; unset: none is fetched. `Proto`: either message with `odcds`.
template <typename Proto>
std::optional<Duration> WaitOf(const Proto& proto, ValidationErrors& errors) {
  constexpr Duration kDefault = std::chrono::seconds(5);
  if (!proto.has_odcds()) return std::nullopt;
  const auto& odcds = proto.odcds();
  if (!odcds.source().has_ads()) {
    const ValidationErrors::ScopedField scope(errors, "odcds.source");
    errors.Add("must be ads: clusters of other sources have no place beside those of the stream");
  }
  return odcds.has_timeout() ? ToDuration(odcds.timeout()) : kDefault;
}

}  // namespace

std::shared_ptr<const HttpFilterConfig> CompileOnDemand(const OnDemandProto& proto,
                                                        const HttpFilterContext&,
                                                        ValidationErrors& errors) {
  return std::make_shared<OnDemandConfig>(WaitOf(proto, errors));
}

std::shared_ptr<const RouteFilterConfig> CompileRouteOnDemand(const OnDemandPerRouteProto& proto,
                                                              const RuntimeNumbers&,
                                                              ValidationErrors& errors) {
  return std::make_shared<OnDemandRules>(WaitOf(proto, errors));
}

}  // namespace outrigger::compiler
