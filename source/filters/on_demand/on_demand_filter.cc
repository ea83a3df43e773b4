#include "filters/on_demand/on_demand_filter.h"

#include <string_view>

#include "filters/cluster_waits.h"
#include "filters/filter_pipeline.h"

namespace outrigger {

namespace {

class OnDemandFilter final : public HttpFilter {
 public:
  explicit OnDemandFilter(const OnDemandRules& own) : own_(own) {}

  FilterVerdict OnRequestHead(FilterPipeline& pipeline, http::RequestHead&) override {
    const auto* said = static_cast<const OnDemandRules*>(pipeline.route_configs()[0]);
    const std::optional<Duration>& wait_max = (said == nullptr ? own_ : *said).wait_max;
    const RequestEnds& ends = pipeline.ends();
    const bool is_there = pipeline.snapshot().clusters.Get(ends.cluster) != nullptr;
    if (!wait_max.has_value() || ends.cluster_name.empty() || is_there) {
      return FilterVerdict::kContinue;
    }
    if (!pipeline.cluster_waits().Begin(pipeline, ends.cluster_name, *wait_max)) {
      return FilterVerdict::kContinue;
    }
    awaited_ = ends.cluster_name;
    pipeline.PauseFor(*wait_max);
    return FilterVerdict::kPause;
  }

  // Whether it has come is the router's business.
  FilterVerdict OnPauseOver(FilterPipeline& pipeline, http::RequestHead&) override {
    pipeline.cluster_waits().End(pipeline, awaited_);
    return FilterVerdict::kContinue;
  }

  void OnEnd(FilterPipeline& pipeline) override {
    pipeline.cluster_waits().End(pipeline, awaited_);
  }

 private:
  const OnDemandRules& own_;
  std::string_view awaited_;
};

}  // namespace

HttpFilter& OnDemandConfig::Make(Arena& arena) const { return arena.New<OnDemandFilter>(own_); }

}  // namespace outrigger
