#include "downstream/exchange.h"

#include <utility>

#include "cluster/cluster_stats.h"
#include "cluster/endpoint_stats.h"
#include "downstream/http_connection.h"
#include "downstream/listener.h"
#include "downstream/request_admission.h"
#include "downstream/request_timeouts.h"
#include "downstream/websocket_key.h"
#include "http/head_copy.h"
#include "routing/header_operations.h"
#include "routing/host_rewrite.h"
#include "routing/path_rewrite.h"
#include "routing/redirect.h"
#include "routing/weighted_choice.h"
#include "snapshot/cluster_choice.h"
#include "snapshot/scoped_routes.h"

namespace outrigger {

namespace {

// The route's own word, then the connection manager's; then the two that both are taken from.
Duration FlushTimeoutOf(const routing::ForwardAction& action, const HttpOptions& options) {
  if (action.flush_timeout.has_value()) return *action.flush_timeout;
  if (options.stream_flush_timeout.has_value()) return *options.stream_flush_timeout;
  return action.idle_timeout.value_or(options.stream_idle_timeout);
}

}  // namespace

Exchange::Exchange(WorkerContext& context)
    : context_(context),
      arena_(context.net.slabs),
      formats_([this] { return log_.Entry(Standing()); }, arena_, context.log_line),
      filters_({context.net.loop, context.random, context.writer, context.fails_health,
                context.slot, context.cluster_waits, context.host_waits},
               formats_,
               [this] {
                 ResumeRequestBody();
                 GoOn(filters_.Resume());
               }),
      router_(context.pools, context.slot, context.net.slabs, *this),
      pin_(context.slot),
      request_timer_(context.net.loop, [this] { OnRequestTimeout(); }),
      route_timer_(context.net.loop, [this] { OnRouteTimeout(); }),
      stream_timer_(context.net.loop, [this] { OnStreamTimeout(); }),
      upstream_timer_(context.net.loop, [this] { OnUpstreamTimeout(); }),
      idle_timer_(context.net.loop, [this] { OnIdleTimeout(); }) {}

Exchange::~Exchange() = default;

void Exchange::OnRequestHead(HttpConnection& connection, http::ResponseEncoder& encoder,
                             const http::RequestHead& head) {
  connection_ = &connection;
  encoder_ = &encoder;
  started_at_ = context_.net.loop.now();
  is_request_complete_ = head.body.kind == http::BodyLength::Kind::kNone;
  connection.stats().Add(http::kDownstreamRqActive);
  http::CopyHead(head, arena_, request_);
  request_.draw = context_.random.Next();
  const Listener::Serving serving = connection.listener().ServingOf(connection);
  // The parts of a filter chain that is gone are kept by its connection.
  if (serving.id.is_set()) pin_.Hold(serving.id, serving.chain.linked().routes);
  options_ = &serving.chain.config().http();
  if (ExchangeLog::IsWanted(*options_, serving.routes ? serving.routes->table.get() : nullptr)) {
    log_.Begin(serving.chain.config(), connection.connection(), request_, arena_);
  }
  if (is_request_complete_) log_.OnRequestEnd();
  if (!Admit()) return;
  if (options_->scoped_routes == nullptr) return FindRoute(serving.routes);
  const auto* scope = FindScope();
  if (scope != nullptr) pin_.Choose(*scope);
  FindRoute(scope == nullptr ? nullptr : scope->get());
}

// Whether the request goes on, in its canonical form; else it is answered.
bool Exchange::Admit() {
  idle_timeout_ = options_->stream_idle_timeout;
  if (!is_request_complete_ && options_->request_timeout > Duration::zero()) {
    request_timer_.Arm(options_->request_timeout);
  }
  if (!IsVersionServed()) return false;
  const RequestRules& rules = options_->request;
  const Admission admission =
      AdmitRequest(rules, connection_->client_connection(rules), request_, arena_, context_.random);
  connection_->CountUnderscores(admission);
  client_address_ = admission.client.address.has_value()
                        ? &arena_.New<Address>(*admission.client.address)
                        : &connection_->connection().peer_address();
  log_.OnClientKnown(*client_address_);
  if (admission.error.has_value()) {
    if (admission.error->kind == http::ErrorKind::kPathRefused) {
      connection_->stats().Add(http::kDownstreamRqFailedPathNormalization);
    }
    ReplyWithError(*admission.error);
    return false;
  }
  if (admission.is_no_path) {
    connection_->stats().Add(http::kDownstreamRqNonRelativePath);
    log_.SetDetails("absolute_path_rejected");
    Reply({.status = 404});
    return false;
  }
  if (admission.redirect.empty()) return true;
  connection_->stats().Add(http::kDownstreamRqRedirectedWithNormalizedPath);
  log_.SetDetails("path_normalization_failed");
  Reply({.status = 307, .location = admission.redirect});
  return false;
}

// HTTP/1.0 is served where it is configured, and has a host then.
bool Exchange::IsVersionServed() {
  if (request_.version != http::Version::kHttp10) return true;
  if (!options_->accepts_http10) {
    ReplyWithError({http::ErrorKind::kVersionTooLow, http::Side::kDownstream, "HTTP/1.0", true});
    return false;
  }
  if (request_.authority.empty()) request_.authority = *options_->default_host_for_http10;
  if (!request_.authority.empty()) return true;
  ReplyWithError({http::ErrorKind::kMissingHost, http::Side::kDownstream, "no host", true});
  return false;
}

// By what its fields say in the form that filters and routes see.
const std::shared_ptr<const LinkedRoutes>* Exchange::FindScope() {
  const LinkedScopes* scopes = connection_->listener().ScopesOf(*connection_);
  const auto key = routing::ScopeKeyOf(options_->scoped_routes->fragments, request_, arena_);
  return scopes == nullptr || !key.has_value() ? nullptr : scopes->Find(*key);
}

// Filters see a request whether it has a route or not, and before anything is answered.
void Exchange::FindRoute(const LinkedRoutes* routes) {
  const RequestEnds ends = MatchRoute(routes);
  GoOn(filters_.Run(options_->filters, Levels(), ends, request_));
}

// In the table that serves now, if that knows the host. The parts of a filter chain that is gone
// stay as they were.
void Exchange::FindRouteAnew() {
  const Listener::Serving serving = connection_->listener().ServingOf(*connection_);
  const bool is_scoped = options_->scoped_routes != nullptr;
  const auto* scope = is_scoped ? FindScope() : nullptr;
  const LinkedRoutes* routes = scope != nullptr ? scope->get() : serving.routes;
  if (!serving.id.is_set() || routes == nullptr || !routes->table->HasHost(request_.authority)) {
    return GoOn(filters_.GoOn());
  }
  pin_.HoldAnew(serving.chain.linked().routes);
  if (scope != nullptr) pin_.Choose(*scope);
  const RequestEnds ends = MatchRoute(routes);
  GoOn(filters_.RunAnew(Levels(), ends));
}

RequestEnds Exchange::MatchRoute(const LinkedRoutes* routes) {
  routes_ = routes;
  if (routes != nullptr) match_ = routes->table->Match(request_);
  needs_tls_ =
      match_.virtual_host != nullptr && routing::DemandsTls(*match_.virtual_host, request_);
  if (needs_tls_) match_.route = nullptr;  // neither its filters nor its name mean this request
  if (match_) {
    const auto* forward = std::get_if<routing::ForwardAction>(&match_.route->action);
    if (forward != nullptr) {
      const uint64_t number = routing::ChoiceNumber(*forward, request_);
      cluster_choice_ = &routing::ChooseCluster(*forward, number);
      FindCluster(*routes);
    }
  }
  return {&connection_->connection(), client_address_,
          cluster_choice_ == nullptr ? ClusterId() : cluster_,
          cluster_choice_ == nullptr ? std::string_view()
                                     : NameOfCluster(*cluster_choice_, *routes, request_)};
}

void Exchange::FindCluster(const LinkedRoutes& routes) {
  const ConfigSnapshot& snapshot = *context_.slot.current();
  const ClusterIndex::Found found = ClusterFor(*cluster_choice_, routes, snapshot, request_);
  cluster_ = found.id;
  cluster_name_ = found.name;
  if (!cluster_choice_->cluster_header->empty()) pin_.Keep(snapshot.cluster_index);
}

void Exchange::GoOn(FilterVerdict verdict) {
  switch (verdict) {
    case FilterVerdict::kContinue:
      RunRoute();
      return;
    case FilterVerdict::kPause:
      // Where nothing is to come, reading goes on: a client that leaves is noticed.
      if (!is_request_complete_) PauseRequestBody();
      TouchIdleTimer();
      return;
    case FilterVerdict::kGather:
      SendContinue();
      TouchIdleTimer();
      return;
    case FilterVerdict::kReplied:
      ReplyFromFilter(filters_.reply());
      return;
    case FilterVerdict::kFindRouteAnew:
      FindRouteAnew();
      return;
  }
}

void Exchange::RunRoute() {
  if (match_ && IsTunnelRefused()) return;
  connection_->stats().Add(http::kRqTotal);
  if (needs_tls_) {
    Redirect(301, routing::TlsLocation(request_, arena_));
    return;
  }
  if (!match_) {
    connection_->stats().Add(http::kNoRoute);
    ReplyWithError({http::ErrorKind::kNoRoute, http::Side::kLocal, "no route", true});
    return;
  }
  is_routed_ = true;
  // One that the request names may have come meanwhile; of others the id is known before.
  if (cluster_choice_ != nullptr && !cluster_.is_set()) FindCluster(*routes_);
  const routing::RouteAction& action = match_.route->action;
  if (const auto* forward = std::get_if<routing::ForwardAction>(&action)) {
    Forward(*forward, context_.slot.current()->clusters.Get(cluster_));
  } else if (const auto* direct = std::get_if<routing::DirectResponse>(&action)) {
    ReplyDirectly(*direct);
  } else {
    const auto& redirect = std::get<routing::Redirect>(action);
    const std::string_view location =
        routing::RedirectLocation(redirect, *match_.route, request_, arena_);
    // As Envoy: access logs tell the path that the client is sent to.
    routing::RewritePath(redirect.path_rewrite, *match_.route, request_, arena_);
    Redirect(redirect.status, location);
  }
}

// What 201 and 3xx speak of is where the request went (RFC 9110 15.3.2).
std::string_view Exchange::DirectLocation(uint16_t status) {
  static const routing::Redirect kSamePlace;
  if (status != 201 && status / 100 != 3) return {};
  return routing::RedirectLocation(kSamePlace, *match_.route, request_, arena_);
}

void Exchange::Redirect(uint16_t status, std::string_view location) {
  connection_->stats().Add(http::kRqDirectResponse);  // as Envoy: it is answered here, too
  connection_->stats().Add(http::kRqRedirect);
  log_.SetDetails("direct_response");
  Reply({.status = status, .location = location});
}

// A tunnel is opened only where the configuration names its protocol (R52, R54).
bool Exchange::IsTunnelRefused() {
  if (!request_.asks_for_tunnel()) return false;
  static const routing::UpgradeRules kNone;
  const auto* forward = std::get_if<routing::ForwardAction>(&match_.route->action);
  const std::string_view protocol = request_.is_connect() ? request_.method : request_.upgrade;
  if (routing::MayUpgrade(protocol, forward != nullptr ? forward->upgrades.get() : kNone,
                          options_->upgrades)) {
    return false;
  }
  connection_->stats().Add(http::kDownstreamRqWsOnNonWsRoute);
  ReplyWithError({http::ErrorKind::kUpgradeRefused, http::Side::kLocal, "not configured", true});
  return true;
}

void Exchange::Forward(const routing::ForwardAction& action, const Cluster* cluster) {
  if (cluster == nullptr) {
    connection_->stats().Add(http::kNoCluster);
    log_.OnError({http::ErrorKind::kClusterNotFound}, is_response_started_);
    Reply({.status = action.cluster_not_found_status});
    return;
  }
  if (!request_.upgrade.empty() && !cluster->codec.TakesUpgrades(request_.version)) {
    ReplyWithError({http::ErrorKind::kUpgradeRefused, http::Side::kLocal, "allow_connect", true});
    return;
  }
  cluster_scope_ = cluster->stats.get();
  cluster_stats_ = &context_.pools.StatsOf(*cluster);
  upstream_timeout_ = cluster->stream_duration_max;
  log_.OnForwarded();
  const RequestTimeouts timeouts =
      TakeTimeouts(action, options_->stream_duration_max, request_, arena_);
  route_timeout_ = timeouts.response;
  if (action.idle_timeout.has_value()) idle_timeout_ = *action.idle_timeout;
  encoder_->SetFlushTimeout(FlushTimeoutOf(action, *options_));
  if (timeouts.stream == Duration::zero()) {
    OnStreamTimeout();
    return;
  }
  if (timeouts.stream.has_value()) stream_timer_.Arm(*timeouts.stream);
  if (request_.version == http::Version::kHttp2) {
    AddWebsocketKey(context_.random, arena_, request_);
  }
  routing::ApplyRequestOperations(Levels(), formats_, request_.headers);
  if (options_->request->matches_upstream_scheme) {
    request_.scheme = cluster->tls == nullptr ? "http" : "https";
  }
  routing::RewriteHost(action.host_rewrite, *cluster_choice_, request_, arena_);
  routing::RewritePath(action.path_rewrite, *match_.route, request_, arena_);
  if (options_->suppresses_envoy_headers) {
    request_.headers.Remove(http::HeaderId::kXEnvoyExpectedRqTimeoutMs);
    request_.headers.Remove(routing::kOriginalPath);
  }
  NoteAttempt("1");
  sent_upstream_at_ = context_.net.loop.now();
  TouchIdleTimer();
  if (is_request_complete_) ArmRouteTimeout();
  SendContinue();
  router_.Start({cluster_, Criteria()}, request_);
  if (connection_ == nullptr || !router_.is_active()) return;
  // Where the request itself goes nowhere there is nothing to copy.
  const EndpointCriteria of_route = {.labels = cluster_choice_->endpoint_criteria.get()};
  mirroring_.Start({action, *routes_, request_, route_timeout_, of_route}, arena_, context_);
  SendGatheredBody();
}

// What filters have noted for balancers replaces what the route says.
EndpointCriteria Exchange::Criteria() {
  const http::MetadataValue* of_route = cluster_choice_->endpoint_criteria.get();
  const http::MetadataValue* noted = filters_.metadata().Find(http::kBalancerSpace, {});
  if (noted == nullptr) return {.labels = of_route};
  own_criteria_ = std::make_unique<http::MetadataValue>(
      of_route != nullptr ? http::Overlay(*of_route, *noted) : *noted);
  return {.labels = own_criteria_.get(), .is_of_request = true};
}

void Exchange::NoteAttempt(std::string_view count) {
  attempts_ = count;
  if (match_.virtual_host->tells_attempts_upstream) request_.headers.Set(kAttemptCount, count);
}

routing::RouteLevels Exchange::Levels() const {
  return {cluster_choice_, match_.route, match_.virtual_host,
          routes_ == nullptr ? nullptr : &routes_->table->values(), cluster_name_};
}

void Exchange::ArmRouteTimeout() {
  if (route_timeout_ > Duration::zero()) route_timer_.Arm(route_timeout_);
}

void Exchange::TouchIdleTimer() {
  if (idle_timeout_ > Duration::zero()) idle_timer_.Arm(idle_timeout_);
}

void Exchange::OnRequestTimeout() {
  connection_->stats().Add(http::kDownstreamRqTimeout);
  router_.Cancel();
  ReplyWithError({http::ErrorKind::kRequestTimeout, http::Side::kDownstream, "too slow", true});
}

void Exchange::OnRouteTimeout() {
  if (cluster_stats_ != nullptr) cluster_stats_->Add(kUpstreamRqTimeout);
  if (endpoint_stats_ != nullptr) endpoint_stats_->Add(kEndpointRqTimeout);
  router_.Cancel();
  CountForCluster(http::RowFor(http::ErrorKind::kRouteTimeout).status);
  ReplyWithError({http::ErrorKind::kRouteTimeout, http::Side::kUpstream, "route timeout", false});
}

void Exchange::OnStreamTimeout() {
  connection_->stats().Add(http::kDownstreamRqMaxDurationReached);
  router_.Cancel();
  const http::ErrorKind kind =
      is_request_complete_ ? http::ErrorKind::kStreamDuration : http::ErrorKind::kRequestDuration;
  ReplyWithError({kind, http::Side::kLocal, "took too long", false});
}

// As Envoy, none of its cluster's answers.
void Exchange::OnUpstreamTimeout() {
  cluster_stats_->Add(kUpstreamRqMaxDurationReached);
  router_.Cancel();
  ReplyWithError({http::ErrorKind::kUpstreamDuration, http::Side::kUpstream, "too long", false});
}

void Exchange::OnIdleTimeout() {
  connection_->stats().Add(http::kDownstreamRqIdleTimeout);
  router_.Cancel();
  const http::ErrorKind kind = is_request_complete_ ? http::ErrorKind::kStreamIdleTimeout
                                                    : http::ErrorKind::kRequestIdleTimeout;
  ReplyWithError({kind, http::Side::kDownstream, "idle", false});
}

}  // namespace outrigger
