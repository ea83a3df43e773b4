#include "filters/filter_pipeline.h"

#include <algorithm>
#include <utility>

namespace outrigger {

FilterPipeline::FilterPipeline(const FilterSurroundings& surroundings,
                               logging::FormatValues& formats, absl::AnyInvocable<void()> resume)
    : surroundings_(surroundings), formats_(formats), resume_(std::move(resume)) {}

FilterVerdict FilterPipeline::Run(std::span<const http::ConfiguredFilter> chain,
                                  const routing::RouteLevels& levels, const RequestEnds& ends,
                                  http::RequestHead& request) {
  if (chain.empty()) return FilterVerdict::kContinue;
  chain_ = chain;
  levels_ = levels;
  ends_ = ends;
  request_ = &request;
  MakeFilters();
  return RunFrom(0);
}

FilterVerdict FilterPipeline::RunAnew(const routing::RouteLevels& levels, const RequestEnds& ends) {
  EndFilters();
  levels_ = levels;
  ends_ = ends;
  cluster_stats_ = nullptr;
  flags_ = {};
  metadata_.Clear();
  messages_ = nullptr;
  is_health_check_ = false;
  MakeFilters();
  return RunFrom(0);
}

void FilterPipeline::MakeFilters() {
  places_ = arena().NewArray<Place>(chain_.size());
  for (position_ = 0; position_ < chain_.size(); ++position_) {
    MakeFilter(places_[position_]);
  }
}

void FilterPipeline::MakeFilter(Place& place) {
  const http::ConfiguredFilter& configured = chain_[position_];
  const HttpFilterConfig* config = configured.config.get();
  if (configured.discovery != nullptr) {
    const auto& now = snapshot().discovered_filters.Slot(configured.discovery->id);
    if (now != nullptr) surroundings_.slot.Pin(now);
    place.discovered = now.get();
    config = now == nullptr ? nullptr : now->config.get();
  }
  if (!IsOn(configured)) return;
  if (config != nullptr) place.filter = &config->Make(arena());
  place.is_missing = configured.discovery != nullptr && place.discovered == nullptr;
}

FilterVerdict FilterPipeline::RunFrom(size_t position) {
  for (position_ = position; position_ < places_.size(); ++position_) {
    if (places_[position_].is_missing) return RefuseWithoutConfig();
    if (places_[position_].filter == nullptr) continue;
    const FilterVerdict verdict = places_[position_].filter->OnRequestHead(*this, *request_);
    const bool has_what_it_wants = verdict == FilterVerdict::kGather && has_gathered_;
    if (verdict == FilterVerdict::kContinue || has_what_it_wants) continue;
    waiting_ = position_;
    is_gathering_ = verdict == FilterVerdict::kGather;
    if (is_gathering_) gatherer_ = position_;
    return verdict;
  }
  return FilterVerdict::kContinue;
}

// As Envoy: no body, and no details but the flag.
FilterVerdict FilterPipeline::RefuseWithoutConfig() {
  AddFlag(http::ResponseFlag::kNoFilterConfigFound);
  Reply({.status = 500});
  return FilterVerdict::kReplied;
}

FilterVerdict FilterPipeline::Resume() {
  if (std::exchange(is_gathering_, false)) has_gathered_ = true;
  position_ = waiting_;
  const FilterVerdict verdict = places_[position_].filter->OnPauseOver(*this, *request_);
  return verdict == FilterVerdict::kContinue ? RunFrom(position_ + 1) : verdict;
}

bool FilterPipeline::Gather(std::string_view bytes) {
  const auto rest = FilterBody(0, gatherer_, bytes);
  if (!rest.has_value()) return false;
  if (gathered_.size() + rest->size() > gathered_bytes_max_) {
    Reply({.status = 413, .body = "Payload Too Large", .details = "request_payload_too_large"});
    return false;
  }
  gathered_.append(*rest);
  return true;
}

bool FilterPipeline::EndGathering() { return EndBody(0, gatherer_); }

std::optional<std::string_view> FilterPipeline::FilterRequestBody(std::string_view bytes) {
  return FilterBody(has_gathered_ ? gatherer_ : 0, places_.size(), bytes);
}

bool FilterPipeline::FilterRequestEnd() {
  return EndBody(has_gathered_ ? gatherer_ : 0, places_.size());
}

std::optional<std::string_view> FilterPipeline::FilterBody(size_t from, size_t to,
                                                           std::string_view bytes) {
  for (position_ = from; position_ < to; ++position_) {
    if (places_[position_].filter == nullptr) continue;
    const auto rest = places_[position_].filter->OnRequestBody(*this, bytes);
    if (!rest.has_value()) return std::nullopt;
    bytes = *rest;
  }
  return bytes;
}

bool FilterPipeline::EndBody(size_t from, size_t to) {
  for (position_ = from; position_ < to; ++position_) {
    HttpFilter* filter = places_[position_].filter;
    if (filter != nullptr && !filter->OnRequestEnd(*this)) return false;
  }
  return true;
}

void FilterPipeline::FilterResponse(http::ResponseHead& response) {
  for (size_t i = places_.size(); i > 0; --i) {
    position_ = i - 1;
    if (places_[position_].filter != nullptr)
      places_[position_].filter->OnResponseHead(*this, response);
  }
}

std::string_view FilterPipeline::FilterResponseBody(std::string_view bytes) {
  for (size_t i = places_.size(); i > 0; --i) {
    position_ = i - 1;
    if (places_[position_].filter != nullptr) {
      bytes = places_[position_].filter->OnResponseBody(*this, bytes);
    }
  }
  return bytes;
}

// What one of them ends the body with passes those that come behind it on the way to the client.
std::string_view FilterPipeline::FilterResponseEnd(const http::HeaderMap*& trailers) {
  std::string_view rest;
  for (size_t i = places_.size(); i > 0; --i) {
    position_ = i - 1;
    HttpFilter* filter = places_[position_].filter;
    if (filter == nullptr) continue;
    if (!rest.empty()) rest = filter->OnResponseBody(*this, rest);
    const std::string_view end = filter->OnResponseEnd(*this, trailers);
    if (end.empty()) continue;
    const std::string_view pieces[] = {rest, end};
    rest = rest.empty() ? end : formats_.arena().Join(pieces);
  }
  return rest;
}

stats::Scope* FilterPipeline::KeepClusterStats() {
  if (cluster_stats_ == nullptr) {
    const Cluster* cluster = surroundings_.slot.current()->clusters.Get(ends_.cluster);
    if (cluster != nullptr) cluster_stats_ = cluster->stats;
  }
  return cluster_stats_.get();
}

std::string& FilterPipeline::FreshText() {
  std::string& text = texts_[next_text_++ % texts_.size()];
  text.clear();
  return text;
}

void FilterPipeline::EndFilters() {
  for (position_ = 0; position_ < places_.size(); ++position_) {
    if (places_[position_].filter != nullptr) places_[position_].filter->OnEnd(*this);
  }
  ReleaseDiscovered();
  places_ = {};
}

void FilterPipeline::End() {
  if (timer_ != nullptr) timer_->Disarm();
  EndFilters();
  chain_ = {};
  levels_ = {};
  ends_ = {};
  cluster_stats_ = nullptr;
  reply_ = {};
  flags_ = {};
  metadata_.Clear();
  messages_ = nullptr;
  // Their memory may be much, and few exchanges need any.
  texts_ = {};
  gathered_ = {};
  is_gathering_ = has_gathered_ = is_health_check_ = false;
  request_ = nullptr;
}

void FilterPipeline::PauseFor(Duration time) {
  if (timer_ == nullptr) {
    timer_ = std::make_unique<Timer>(surroundings_.loop, [this] { resume_(); });
  }
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
  const FilterKind kind = KindOf(position_);
  const auto found =
      std::find_if(filters->begin(), filters->end(), [&](const http::RouteFilter& filter) {
        return (filter.kind == kind || kind == FilterKind::kNone || filter.config == nullptr) &&
               filter.name == wanted.name;
      });
  return found == filters->end() ? nullptr : &*found;
}

// None: what it is has not come.
FilterKind FilterPipeline::KindOf(size_t position) const {
  const DiscoveredFilter* discovered = places_[position].discovered;
  return discovered == nullptr ? chain_[position].kind : discovered->kind;
}

void FilterPipeline::ReleaseDiscovered() {
  for (const Place& place : places_) {
    if (place.discovered != nullptr) surroundings_.slot.Unpin(place.discovered);
  }
}

}  // namespace outrigger
