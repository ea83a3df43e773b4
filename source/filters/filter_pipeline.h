// Runs the filters of one exchange (http/http_filter.h says what they may do).
//
// Owned by its exchange. Thread: worker.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "base/arena.h"
#include "base/random.h"
#include "event/timer.h"
#include "http/http_filter.h"
#include "http/message.h"
#include "http/response_flag.h"
#include "logging/format_values.h"
#include "net/connection.h"
#include "routing/route_levels.h"
#include "stats/scope.h"

namespace outrigger {

// An answer that a filter gives. Texts live as long as the exchange.
struct FilterReply {
  uint16_t status = 0;
  std::string_view body;
  std::string_view details;  // %RESPONSE_CODE_DETAILS%
  // For gRPC clients; unset: what stands for the HTTP status.
  std::optional<uint32_t> grpc_status;
};

// Where a request came from.
struct RequestOrigin {
  const Connection* connection = nullptr;
  const Address* client = nullptr;  // who is believed to have sent it (x-forwarded-for)
};

class FilterPipeline {
 public:
  // What a route says to the filter that runs now, the most specific first; null behind them.
  using RouteConfigs = std::array<const RouteFilterConfig*, 4>;

  // `resume`: the request may go on, in a later turn than the one in which it was paused.
  FilterPipeline(EventLoop& loop, Random& random, stats::WriterIndex writer,
                 logging::FormatValues& formats, absl::AnyInvocable<void()> resume);

  // A request, with what its route says to filters (all null without a route). Requires: not
  // running. All of it stays as long as it runs.
  FilterVerdict Run(std::span<const http::ConfiguredFilter> chain,
                    const routing::RouteLevels& levels, const RequestOrigin& origin,
                    http::RequestHead& request);
  // Goes on behind the filter that had it wait.
  FilterVerdict Resume();
  void FilterResponse(http::ResponseHead& response);
  // The exchange is over: no filter hears of it any more but by OnEnd.
  void End();
  // What filters said of the request they have seen.
  http::ResponseFlags flags() const { return flags_; }
  // Requires: a filter has replied.
  const FilterReply& reply() const { return reply_; }

  // For the filter that runs now.
  RouteConfigs route_configs() const;
  void Reply(const FilterReply& reply) { reply_ = reply; }
  void PauseFor(Duration time);
  // For access logs.
  void AddFlag(http::ResponseFlag flag) { flags_.Add(flag); }
  Arena& arena() { return formats_.arena(); }
  logging::FormatValues& formats() { return formats_; }
  Random& random() { return random_; }
  stats::WriterIndex writer() const { return writer_; }
  const routing::RouteLevels& levels() const { return levels_; }
  const RequestOrigin& origin() const { return origin_; }

 private:
  struct Place {
    HttpFilter* filter = nullptr;  // null: off
  };

  FilterVerdict RunFrom(size_t position);
  bool IsOn(const http::ConfiguredFilter& filter) const;
  const http::RouteFilter* Find(const http::RouteFilters* filters) const;

  EventLoop& loop_;
  Random& random_;
  const stats::WriterIndex writer_;
  logging::FormatValues& formats_;
  absl::AnyInvocable<void()> resume_;
  std::unique_ptr<Timer> timer_;  // null: no filter has asked for time
  std::span<const http::ConfiguredFilter> chain_;
  routing::RouteLevels levels_;
  RequestOrigin origin_;
  http::RequestHead* request_ = nullptr;
  std::span<Place> places_;  // by position
  size_t position_ = 0;      // of the one that runs now
  FilterReply reply_;
  http::ResponseFlags flags_;
};

}  // namespace outrigger
