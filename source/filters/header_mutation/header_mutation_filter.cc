#include "filters/header_mutation/header_mutation_filter.h"

#include <algorithm>

#include "filters/filter_pipeline.h"

namespace outrigger {

namespace {

class HeaderMutationFilter final : public HttpFilter {
 public:
  HeaderMutationFilter(const HeaderMutations& own, bool most_specific_win)
      : own_(own), most_specific_win_(most_specific_win) {}

  FilterVerdict OnRequestHead(FilterPipeline& pipeline, http::RequestHead& head) override {
    ApplyAll(pipeline, &HeaderMutations::request, head.headers);
    return FilterVerdict::kContinue;
  }
  void OnResponseHead(FilterPipeline& pipeline, http::ResponseHead& head) override {
    ApplyAll(pipeline, &HeaderMutations::response, head.headers);
  }

 private:
  using List = std::vector<routing::HeaderOperations>;

  // The filter's own first, then those of the routes; who comes last wins.
  void ApplyAll(FilterPipeline& pipeline, List HeaderMutations::* list, http::HeaderMap& headers) {
    Apply(own_.*list, pipeline.formats(), headers);
    FilterPipeline::RouteConfigs levels = pipeline.route_configs();
    if (most_specific_win_) std::reverse(levels.begin(), levels.end());
    for (const RouteFilterConfig* level : levels) {
      if (level == nullptr) continue;
      Apply(static_cast<const HeaderMutations*>(level)->*list, pipeline.formats(), headers);
    }
  }
  static void Apply(const List& list, logging::FormatValues& formats, http::HeaderMap& headers) {
    for (const routing::HeaderOperations& operation : list) {
      routing::Apply(operation, formats, headers);
    }
  }

  const HeaderMutations& own_;
  const bool most_specific_win_;
};

}  // namespace

HttpFilter& HeaderMutationConfig::Make(Arena& arena) const {
  return arena.New<HeaderMutationFilter>(own_, most_specific_win_);
}

}  // namespace outrigger
