#include "filters/filter_pipeline.h"

#include <algorithm>
#include <utility>

namespace outrigger {

FilterPipeline::FilterPipeline(EventLoop& loop, Random& random, stats::WriterIndex writer,
                               logging::FormatValues& formats, absl::AnyInvocable<void()> resume)
    : loop_(loop),
      random_(random),
      writer_(writer),
      formats_(formats),
      resume_(std::move(resume)) {}

FilterVerdict FilterPipeline::Run(std::span<const http::ConfiguredFilter> chain,
                                  const routing::RouteLevels& levels, const RequestOrigin& origin,
                                  http::RequestHead& request) {
  if (chain.empty()) return FilterVerdict::kContinue;
  chain_ = chain;
  levels_ = levels;
  origin_ = origin;
  request_ = &request;
  places_ = arena().NewArray<Place>(chain.size());
  for (position_ = 0; position_ < chain.size(); ++position_) {
    if (IsOn(chain[position_])) places_[position_].filter = &chain[position_].config->Make(arena());
  }
  return RunFrom(0);
}

FilterVerdict FilterPipeline::RunFrom(size_t position) {
  for (position_ = position; position_ < places_.size(); ++position_) {
    if (places_[position_].filter == nullptr) continue;
    const FilterVerdict verdict = places_[position_].filter->OnRequestHead(*this, *request_);
    if (verdict != FilterVerdict::kContinue) return verdict;
  }
  return FilterVerdict::kContinue;
}

FilterVerdict FilterPipeline::Resume() {
  const FilterVerdict verdict = places_[position_].filter->OnPauseOver(*this, *request_);
  return verdict == FilterVerdict::kContinue ? RunFrom(position_ + 1) : verdict;
}

void FilterPipeline::FilterResponse(http::ResponseHead& response) {
  for (size_t i = places_.size(); i > 0; --i) {
    position_ = i - 1;
    if (places_[position_].filter != nullptr)
      places_[position_].filter->OnResponseHead(*this, response);
  }
}

void FilterPipeline::End() {
  if (timer_ != nullptr) timer_->Disarm();
  for (position_ = 0; position_ < places_.size(); ++position_) {
    if (places_[position_].filter != nullptr) places_[position_].filter->OnEnd(*this);
  }
  places_ = {};
  chain_ = {};
  levels_ = {};
  origin_ = {};
  reply_ = {};
  flags_ = {};
  request_ = nullptr;
}

void FilterPipeline::PauseFor(Duration time) {
  if (timer_ == nullptr) timer_ = std::make_unique<Timer>(loop_, [this] { resume_(); });
  timer_->Arm(time);
}

// The most specific word counts; without one, the chain's.
bool FilterPipeline::IsOn(const http::ConfiguredFilter& filter) const {
  for (const http::RouteFilters* said : levels_.filters()) {
    if (const http::RouteFilter* found = Find(said)) return !found->is_disabled;
  }
  return !filter.is_disabled;
}

FilterPipeline::RouteConfigs FilterPipeline::route_configs() const {
  RouteConfigs configs{};
  size_t next = 0;
  for (const http::RouteFilters* said : levels_.filters()) {
    const http::RouteFilter* found = Find(said);
    if (found != nullptr && found->config != nullptr) configs[next++] = found->config.get();
  }
  return configs;
}

// By kind and name: few are spoken to, and those that are not cost a look at an empty list.
const http::RouteFilter* FilterPipeline::Find(const http::RouteFilters* filters) const {
  if (filters == nullptr || filters->empty()) return nullptr;
  const http::ConfiguredFilter& wanted = chain_[position_];
  const auto found =
      std::find_if(filters->begin(), filters->end(), [&wanted](const http::RouteFilter& filter) {
        return (filter.kind == wanted.kind || filter.config == nullptr) &&
               filter.name == wanted.name;
      });
  return found == filters->end() ? nullptr : &*found;
}

}  // namespace outrigger
