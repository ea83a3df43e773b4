// ONE request and its response, from the head to the last byte: its functions stand in the order in
// which they happen.
//
// Copies the head into its arena, matches the route once, runs the filters, and lets the router
// filter fetch the response, or answers itself (direct response, redirect, error). After a reset or
// a local reply nothing runs on it any more (R60); it ends in exactly one place, Finish.
//
// Owned by the worker's ExchangeList; its http_connection refers to it while it runs.
// Thread: worker.
#pragma once

#include <memory>
#include <string_view>

#include "base/arena.h"
#include "base/intrusive_list.h"
#include "downstream/config_pin.h"
#include "downstream/exchange_log.h"
#include "downstream/mirroring.h"
#include "downstream/own_reply.h"
#include "downstream/worker_context.h"
#include "event/timer.h"
#include "filters/filter_pipeline.h"
#include "filters/router/router_filter.h"
#include "http/codec.h"
#include "http/http_stats.h"
#include "http/message.h"
#include "logging/format_values.h"
#include "routing/header_operations.h"
#include "routing/route_table.h"

namespace outrigger {

class HttpConnection;

class Exchange final : public IntrusiveHook<Exchange>,
                       public http::MessageEvents,
                       public RouterEvents {
 public:
  static constexpr std::string_view kAttemptCount = "x-envoy-attempt-count";

  explicit Exchange(WorkerContext& context);
  ~Exchange() override;

  // A request head arrived on `connection`. May finish the exchange at once.
  void OnRequestHead(HttpConnection& connection, http::ResponseEncoder& encoder,
                     const http::RequestHead& head);
  void OnBody(std::string_view bytes) override;
  void OnTrailers(const http::HeaderMap& trailers) override;
  void OnMessageEnd() override;
  void OnMessageError(const http::Error& error) override;

  void OnEndpointChosen(ConnectionPool& pool, bool is_first) override;
  void OnUpstreamConnected(const UpstreamStream& stream) override;
  void OnUpstreamInformational(const http::ResponseHead& head) override;
  void OnUpstreamHead(const http::ResponseHead& head) override;
  void OnUpstreamBody(std::string_view bytes) override;
  void OnUpstreamEnd(const http::HeaderMap* trailers) override;
  void OnUpstreamError(const http::Error& error) override;
  void PauseRequestBody() override;
  void ResumeRequestBody() override;

  // The downstream connection may take bytes again / is gone.
  void ContinueResponse();
  void OnDownstreamClosed();

  // Keeps only the parts of an older snapshot that this exchange uses.
  void NarrowPin() { pin_.Narrow(); }
  // Back to new, between two lives.
  void Reset();

  // Its connection's own: where it stands among the exchanges there.
  size_t index = 0;

 private:
  bool Admit();
  bool IsVersionServed();
  const std::shared_ptr<const LinkedRoutes>* FindScope();
  void FindRoute(const LinkedRoutes* routes);
  RequestEnds MatchRoute(const LinkedRoutes* routes);
  void FindRouteAnew();
  void FindCluster(const LinkedRoutes& routes);
  void GoOn(FilterVerdict verdict);
  void RunRoute();
  bool IsTunnelRefused();
  void Redirect(uint16_t status, std::string_view location);
  std::string_view DirectLocation(uint16_t status);
  void Forward(const routing::ForwardAction& action, const Cluster* cluster);
  void NoteAttempt(std::string_view count);
  void SendContinue();
  void KeepGatheredBody(const http::HeaderMap* trailers);
  void SendGatheredBody();
  void SendRequestBody(std::string_view bytes);
  void SendRequestEnd(const http::HeaderMap* trailers);
  routing::RouteLevels Levels() const;
  void ArmRouteTimeout();
  void TouchIdleTimer();
  EndpointCriteria Criteria();
  void OnRequestTimeout();
  void OnRouteTimeout();
  void OnStreamTimeout();
  void OnUpstreamTimeout();
  void OnIdleTimeout();

  void ReplyWithError(const http::Error& error);
  void CountForCluster(uint16_t status);
  void ReplyFromFilter(const FilterReply& reply);
  void ReplyDirectly(const routing::DirectResponse& direct);
  void Reply(OwnReply reply);
  void ApplyRouteToResponse();
  void AddResponseFields(http::HeaderMap& headers);
  void SendResponseHead();
  void ResetDownstream();
  ExchangeLog::Standing Standing() const;
  void Finish();

  WorkerContext& context_;
  Arena arena_;
  logging::FormatValues formats_;
  FilterPipeline filters_;
  RouterFilter router_;
  Mirroring mirroring_;
  ConfigPin pin_;
  ExchangeLog log_;
  Timer request_timer_;   // until the request is complete
  Timer route_timer_;     // from then on
  Timer stream_timer_;    // from the request's beginning to the response's end
  Timer upstream_timer_;  // of one attempt, as its cluster has it
  Timer idle_timer_;
  http::RequestHead request_;
  http::ResponseHead response_;

  HttpConnection* connection_ = nullptr;  // null: not running
  http::ResponseEncoder* encoder_ = nullptr;
  routing::RouteMatch match_;
  const LinkedRoutes* routes_ = nullptr;  // null: there are none yet
  bool needs_tls_ = false;                // its virtual host sends it to https
  bool is_routed_ = false;                // its route has a say in what it is answered
  const HttpOptions* options_ = nullptr;
  const Address* client_address_ = nullptr;
  const routing::WeightedCluster* cluster_choice_ = nullptr;
  ClusterId cluster_;
  std::string_view cluster_name_;
  MonotonicTime started_at_{};
  MonotonicTime sent_upstream_at_{};
  Duration route_timeout_{};
  Duration idle_timeout_{};
  Duration upstream_timeout_{};
  const http::HeaderMap* request_trailers_ = nullptr;
  std::unique_ptr<http::HeaderMap> kept_trailers_;  // of a body that was gathered; mostly null
  // What it wants of its endpoint, where filters have a say in it; mostly null.
  std::unique_ptr<http::MetadataValue> own_criteria_;
  // Valid until the response ends: their scopes are pinned by pools.
  stats::Scope* cluster_scope_ = nullptr;
  stats::Block* cluster_stats_ = nullptr;   // of it
  stats::Block* endpoint_stats_ = nullptr;  // of the last attempt's
  std::string_view attempts_;               // how many there were; empty: it did not come to one
  bool is_request_complete_ = false;
  bool is_response_started_ = false;
  bool is_response_paused_ = false;
  bool is_request_paused_ = false;
};

}  // namespace outrigger
