// Runs the filters of one exchange (http/http_filter.h says what they may do).
//
// Owned by its exchange. Thread: worker.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "base/arena.h"
#include "base/random.h"
#include "event/timer.h"
#include "http/grpc_frames.h"
#include "http/http_filter.h"
#include "http/message.h"
#include "http/metadata.h"
#include "http/response_flag.h"
#include "logging/format_values.h"
#include "net/connection.h"
#include "routing/route_levels.h"
#include "snapshot/snapshot_slot.h"
#include "stats/scope.h"

namespace outrigger {

class ClusterWaits;
class HostWaits;

// An answer that a filter gives. Texts live as long as the exchange.
struct FilterReply {
  uint16_t status = 0;
  std::string_view body;
  std::string_view details;  // %RESPONSE_CODE_DETAILS%
  // For gRPC clients; unset: what stands for the HTTP status.
  std::optional<uint32_t> grpc_status = {};
};

// What all pipelines of a worker share. Outlives them.
struct FilterSurroundings {
  EventLoop& loop;
  Random& random;
  stats::WriterIndex writer;
  // The process has been told to fail its health check.
  const bool& fails_health;
  SnapshotSlot& slot;
  ClusterWaits& cluster_waits;
  HostWaits& host_waits;
};

// Where a request came from, and where it goes.
struct RequestEnds {
  const Connection* connection = nullptr;
  const Address* client = nullptr;  // who is believed to have sent it (x-forwarded-for)
  ClusterId cluster = {};           // unset: to none
  // As its route or itself names it, whether there is one or not; empty: to none.
  std::string_view cluster_name = {};
};

class FilterPipeline {
 public:
  // What a route says to the filter that runs now, the most specific first; null behind them.
  using RouteConfigs = std::array<const RouteFilterConfig*, 4>;

  // `resume`: the request may go on, in a later turn than the one in which it was paused.
  FilterPipeline(const FilterSurroundings& surroundings, logging::FormatValues& formats,
                 absl::AnyInvocable<void()> resume);
  ~FilterPipeline() { ReleaseDiscovered(); }
  FilterPipeline(const FilterPipeline&) = delete;
  FilterPipeline& operator=(const FilterPipeline&) = delete;

  // A request, with what its route says to filters (all null without a route). Requires: not
  // running. All of it stays as long as it runs.
  FilterVerdict Run(std::span<const http::ConfiguredFilter> chain,
                    const routing::RouteLevels& levels, const RequestEnds& ends,
                    http::RequestHead& request);
  // Goes on behind the filter that had it wait, for time or for the body.
  FilterVerdict Resume();
  // After kFindRouteAnew: the same chain from its beginning, with what another route says, or on
  // behind the filter. What was gathered of the body stays.
  FilterVerdict RunAnew(const routing::RouteLevels& levels, const RequestEnds& ends);
  FilterVerdict GoOn() { return RunFrom(waiting_ + 1); }
  // While a filter waits for the body, what those before it leave of it is kept here. False: it is
  // too long or wrong, and answered.
  bool is_gathering() const { return is_gathering_; }
  bool Gather(std::string_view bytes);
  bool EndGathering();
  bool has_gathered() const { return has_gathered_; }
  // What was kept. Valid until the exchange ends.
  std::string_view gathered() const { return gathered_; }
  // Bytes of the request's body on their way to the router; or those that were kept, on the rest of
  // it.
  // Nothing: a filter has answered.
  std::optional<std::string_view> FilterRequestBody(std::string_view bytes);
  bool FilterRequestEnd();
  void FilterResponse(http::ResponseHead& response);
  std::string_view FilterResponseBody(std::string_view bytes);
  // What the body ends with, and the trailers that the client is sent; null: none.
  std::string_view FilterResponseEnd(const http::HeaderMap*& trailers);
  // The exchange is over: no filter hears of it any more but by OnEnd.
  void End();
  // What filters said of the request they have seen.
  http::ResponseFlags flags() const { return flags_; }
  bool is_health_check() const { return is_health_check_; }
  // Requires: a filter has replied.
  const FilterReply& reply() const { return reply_; }

  // For the filter that runs now.
  RouteConfigs route_configs() const;
  void Reply(const FilterReply& reply) { reply_ = reply; }
  void PauseFor(Duration time);
  void GatherBody(size_t bytes_max) { gathered_bytes_max_ = bytes_max; }
  // Where its cluster counts, kept until the exchange ends; null: it goes to none.
  stats::Scope* KeepClusterStats();
  // For access logs.
  void AddFlag(http::ResponseFlag flag) { flags_.Add(flag); }
  void MarkHealthCheck() { is_health_check_ = true; }
  // What filters note of this exchange.
  http::Metadata& metadata() { return metadata_; }
  const http::Metadata& metadata() const { return metadata_; }
  // The messages of a call, for access logs; `messages` lives as long as the exchange. Null: there
  // were none, or nobody counts them.
  void NoteMessages(const http::GrpcMessages& messages) { messages_ = &messages; }
  const http::GrpcMessages* messages() const { return messages_; }
  // An empty text for what is to go on in place of a body's bytes, until its next bytes come.
  std::string& FreshText();
  Arena& arena() { return formats_.arena(); }
  logging::FormatValues& formats() { return formats_; }
  Random& random() { return surroundings_.random; }
  MonotonicTime now() const { return surroundings_.loop.now(); }
  stats::WriterIndex writer() const { return surroundings_.writer; }
  ClusterWaits& cluster_waits() { return surroundings_.cluster_waits; }
  HostWaits& host_waits() { return surroundings_.host_waits; }
  bool fails_health() const { return surroundings_.fails_health; }
  const routing::RouteLevels& levels() const { return levels_; }
  const RequestEnds& ends() const { return ends_; }
  // The current one, until the filter returns.
  const ConfigSnapshot& snapshot() const { return *surroundings_.slot.current(); }

 private:
  struct Place {
    HttpFilter* filter = nullptr;  // null: off
    // Of one whose configuration comes by itself: what it was when the request came. Pinned.
    const DiscoveredFilter* discovered = nullptr;
    bool is_missing = false;  // there was none, and requests must not pass without it
  };

  void MakeFilters();
  void MakeFilter(Place& place);
  void EndFilters();
  FilterVerdict RunFrom(size_t position);
  std::optional<std::string_view> FilterBody(size_t from, size_t to, std::string_view bytes);
  bool EndBody(size_t from, size_t to);
  bool IsOn(const http::ConfiguredFilter& filter) const;
  FilterVerdict RefuseWithoutConfig();
  FilterKind KindOf(size_t position) const;
  const http::RouteFilter* Find(const http::RouteFilters* filters) const;
  void ReleaseDiscovered();

  const FilterSurroundings surroundings_;
  logging::FormatValues& formats_;
  absl::AnyInvocable<void()> resume_;
  std::unique_ptr<Timer> timer_;  // null: no filter has asked for time
  std::span<const http::ConfiguredFilter> chain_;
  routing::RouteLevels levels_;
  RequestEnds ends_;
  std::shared_ptr<stats::Scope> cluster_stats_;  // null: no filter has asked for it
  http::RequestHead* request_ = nullptr;
  std::span<Place> places_;  // by position
  size_t position_ = 0;      // of the one that runs now
  size_t waiting_ = 0;       // of the one that had the request wait
  size_t gatherer_ = 0;      // of the one that waited for the body
  FilterReply reply_;
  http::ResponseFlags flags_;
  http::Metadata metadata_;
  const http::GrpcMessages* messages_ = nullptr;
  std::array<std::string, 2> texts_;  // by turns, so that a filter may read one and write the other
  size_t next_text_ = 0;
  std::string gathered_;
  size_t gathered_bytes_max_ = 0;
  bool is_gathering_ = false;
  bool has_gathered_ = false;
  bool is_health_check_ = false;
};

}  // namespace outrigger
