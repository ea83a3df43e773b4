#include "filters/on_demand/on_demand_filter.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include "filters/cluster_waits.h"
#include "filters/filter_pipeline.h"
#include "filters/host_waits.h"
#include "http/syntax.h"

namespace outrigger {

namespace {

// Beyond stream_idle_timeout, which ends the wait in Envoy and may be switched off.
constexpr Duration kHostWaitMax = std::chrono::minutes(10);
// A name of 253 characters and a port.
constexpr size_t kHostBytesMax = 260;

// Nothing else belongs into the name of a resource; a slash would make it that of another table.
bool MayBeAskedFor(std::string_view host) {
  return !host.empty() && host.size() <= kHostBytesMax &&
         std::ranges::all_of(host, [](char c) { return c > ' ' && c < '\x7f' && c != '/'; });
}

// The key of the virtual host that the request's route table does not know, and asks others for:
// <route configuration>/<host>, with its port (X37). Empty: there is none.
std::string_view MissingHost(FilterPipeline& pipeline, const http::RequestHead& request) {
  const routing::RouteLevels& levels = pipeline.levels();
  if (levels.virtual_host != nullptr || levels.table == nullptr) return {};
  if (!levels.table->host_discovery.has_value() || !MayBeAskedFor(request.authority)) return {};
  std::string host(request.authority);
  std::ranges::transform(host, host.begin(), http::ToLower);
  const std::string hosts = ResourceKey(levels.table->name, levels.table->host_discovery->source);
  const std::string_view pieces[] = {hosts, "/", host};
  return pipeline.arena().Join(pieces);
}

class OnDemandFilter final : public HttpFilter, private ClusterWaiter {
 public:
  explicit OnDemandFilter(const OnDemandRules& own) : own_(own) {}

  FilterVerdict OnRequestHead(FilterPipeline& pipeline, http::RequestHead& request) override {
    const std::string_view host = MissingHost(pipeline, request);
    return host.empty() ? AwaitCluster(pipeline) : AwaitHost(pipeline, host);
  }

  // Whether it has come is the business of whoever looks for it again.
  FilterVerdict OnPauseOver(FilterPipeline& pipeline, http::RequestHead&) override {
    const bool has_awaited_host = !host_.empty();
    OnEnd(pipeline);
    return has_awaited_host ? FilterVerdict::kFindRouteAnew : FilterVerdict::kContinue;
  }

  void OnEnd(FilterPipeline& pipeline) override {
    if (!host_.empty()) pipeline.host_waits().End(pipeline, host_);
    if (!cluster_.empty()) pipeline.cluster_waits().End(*this, cluster_);
  }

 private:
  FilterVerdict AwaitHost(FilterPipeline& pipeline, std::string_view host) {
    if (!pipeline.host_waits().Begin(pipeline, host, kHostWaitMax)) return FilterVerdict::kContinue;
    host_ = host;
    pipeline.PauseFor(kHostWaitMax);
    return FilterVerdict::kPause;
  }

  FilterVerdict AwaitCluster(FilterPipeline& pipeline) {
    const auto* said = static_cast<const OnDemandRules*>(pipeline.route_configs()[0]);
    const std::optional<ClusterFetch>& fetch = (said == nullptr ? own_ : *said).fetch;
    const RequestEnds& ends = pipeline.ends();
    const bool is_there = pipeline.snapshot().clusters.Get(ends.cluster) != nullptr;
    if (!fetch.has_value() || ends.cluster_name.empty() || is_there) {
      return FilterVerdict::kContinue;
    }
    if (!pipeline.cluster_waits().Begin(*this, ends.cluster_name, *fetch)) {
      return FilterVerdict::kContinue;
    }
    pipeline_ = &pipeline;
    cluster_ = ends.cluster_name;
    pipeline.PauseFor(fetch->wait_max);
    return FilterVerdict::kPause;
  }

  void OnClusterSettled(bool) override { pipeline_->PauseFor(Duration::zero()); }

  const OnDemandRules& own_;
  FilterPipeline* pipeline_ = nullptr;  // of the request that waits
  // That it waits for.
  std::string_view host_;
  std::string_view cluster_;
};

}  // namespace

HttpFilter& OnDemandConfig::Make(Arena& arena) const { return arena.New<OnDemandFilter>(own_); }

}  // namespace outrigger
