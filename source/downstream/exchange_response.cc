// The second half of an exchange's life: the response, the answers of our own, and the end.
#include <string>
#include <utility>

#include "base/check.h"
#include "cluster/cluster_stats.h"
#include "cluster/endpoint_stats.h"
#include "cluster/response_codes.h"
#include "downstream/exchange.h"
#include "downstream/http_connection.h"
#include "http/head_copy.h"
#include "http/list_field.h"
#include "http/timeout_headers.h"
#include "routing/header_operations.h"
#include "routing/host_rewrite.h"

namespace outrigger {

void Exchange::OnEndpointChosen(ConnectionPool& pool, bool is_first) {
  const PoolKey& endpoint = pool.key();
  endpoint_stats_ = &pool.endpoint_stats();
  log_.OnEndpointChosen(endpoint.address, is_first);
  if (!is_first) NoteAttempt("2");  // there is no third one
  const auto& action = std::get<routing::ForwardAction>(match_.route->action);
  routing::RewriteHostByEndpoint(action.host_rewrite, endpoint.hostname, is_first, request_,
                                 arena_);
}

void Exchange::OnUpstreamConnected(const UpstreamStream& stream) {
  log_.OnUpstreamConnected(stream);
  if (upstream_timeout_ > Duration::zero()) upstream_timer_.Arm(upstream_timeout_);
}

void Exchange::OnUpstreamInformational(const http::ResponseHead& head) {
  if (head.status == 100) return;  // the client has had ours
  encoder_->EncodeInformational(head);
  connection_->Flush();
}

void Exchange::OnUpstreamHead(const http::ResponseHead& head) {
  log_.OnUpstreamHead();
  TouchIdleTimer();
  if (cluster_stats_ != nullptr) {
    CountForCluster(head.status);
    const Duration took = context_.net.loop.now() - sent_upstream_at_;
    cluster_stats_->Record(kUpstreamRqTime,
                           std::chrono::duration<double, std::milli>(took).count());
  }
  response_.Clear();
  http::CopyHead(head, arena_, response_);
  if (!head.opens_tunnel && !options_->suppresses_envoy_headers) {
    response_.headers.Set(
        http::HeaderId::kXEnvoyUpstreamServiceTime,
        http::FormatMilliseconds(context_.net.loop.now() - sent_upstream_at_, arena_));
  }
  ApplyRouteToResponse();
  SendResponseHead();
  if (!head.opens_tunnel) return;
  request_timer_.Disarm();
  connection_->OnTunnelOpened();
}

void Exchange::OnUpstreamBody(std::string_view bytes) {
  TouchIdleTimer();
  if (!response_.opens_tunnel) bytes = filters_.FilterResponseBody(bytes);
  if (bytes.empty()) return;
  log_.CountSent(bytes.size());
  encoder_->EncodeBody(bytes);
  connection_->Flush();
  if (connection_->is_full(*encoder_) && !is_response_paused_) {
    is_response_paused_ = true;
    router_.PauseResponseBody();
  }
}

void Exchange::ContinueResponse() {
  if (!is_response_paused_ || !connection_->has_room(*encoder_)) return;
  is_response_paused_ = false;
  router_.ResumeResponseBody();
}

void Exchange::OnUpstreamEnd(const http::HeaderMap* trailers) {
  log_.OnUpstreamEnd(trailers);
  if (!response_.opens_tunnel) {
    const std::string_view rest = filters_.FilterResponseEnd(trailers);
    log_.CountSent(rest.size());
    if (!rest.empty()) encoder_->EncodeBody(rest);
  }
  encoder_->EncodeEnd(trailers);
  log_.OnReplyEnd();
  connection_->Flush();
  Finish();
}

void Exchange::OnUpstreamError(const http::Error& error) {
  if (error.side == http::Side::kUpstream && cluster_stats_ != nullptr) {
    if (error.kind == http::ErrorKind::kUpstreamReset ||
        error.kind == http::ErrorKind::kUpstreamTruncated) {
      cluster_stats_->Add(kUpstreamRqRxReset);
    }
  }
  if (is_response_started_) {
    connection_->stats().Add(http::kRqResetAfterDownstreamResponseStarted);
  }
  CountForCluster(http::RowFor(error.kind).status);
  ReplyWithError(error);
}

// Answers of the service, and of the router in its place; what the connection manager ends (an idle
// or old stream, a request that does not come) is none of the cluster's, as in Envoy.
void Exchange::CountForCluster(uint16_t status) {
  if (cluster_stats_ == nullptr || is_response_started_ || status == 0) return;
  CountResponse(*cluster_scope_, context_.writer, status);
  if (endpoint_stats_ == nullptr) return;
  endpoint_stats_->Add(status >= 500 ? kEndpointRqError : kEndpointRqSuccess);
}

void Exchange::ReplyWithError(const http::Error& error) {
  const http::ErrorRow& row = http::RowFor(error.kind);
  log_.OnError(error, is_response_started_);
  if (is_response_started_ || row.status == 0) {
    ResetDownstream();  // the status line is gone already: only the end of the bytes can tell
    return;
  }
  Reply({.status = row.status, .body = row.body, .grpc_status = row.grpc_status});
}

void Exchange::ReplyFromFilter(const FilterReply& reply) {
  log_.SetDetails(reply.details);
  if (reply.status == 413) connection_->stats().Add(http::kDownstreamRqTooLarge);
  if (is_response_started_) {
    ResetDownstream();  // a body that cannot go on, when it has been answered already
    return;
  }
  OwnReply own = {.status = reply.status, .body = reply.body};
  if (reply.grpc_status.has_value()) {
    own.grpc_status = arena_.Copy(std::to_string(*reply.grpc_status));
  }
  Reply(own);
}

void Exchange::ReplyDirectly(const routing::DirectResponse& direct) {
  connection_->stats().Add(http::kRqDirectResponse);
  log_.SetDetails("direct_response");
  OwnReply own = {
      .status = direct.status, .body = direct.body, .location = DirectLocation(direct.status)};
  if (direct.format.has_value()) {
    own.body = formats_.Body(*direct.format, direct.body);
    if (!own.body.empty()) own.content_type = direct.format->content_type;
  }
  Reply(own);
}

void Exchange::Reply(OwnReply reply) {
  response_.Clear();
  response_.status = reply.status;
  http::HeaderMap& headers = response_.headers;
  if (!reply.location.empty()) headers.Add(http::HeaderId::kLocation, reply.location);
  if (!reply.content_type.empty()) {
    headers.Add(http::HeaderId::kContentType, reply.content_type);
  }
  ApplyRouteToResponse();
  if (options_->local_replies != nullptr) {
    RewriteReply(*options_->local_replies, formats_, context_.random, reply, response_);
  }
  FrameReply(request_, arena_, reply, response_);
  SendResponseHead();
  const std::string_view body = filters_.FilterResponseBody(reply.body);
  if (!body.empty()) {
    if (!request_.is_head()) log_.CountSent(body.size());
    encoder_->EncodeBody(body);
    encoder_->EncodeEnd(nullptr);
  }
  log_.OnReplyEnd();
  connection_->Flush();
  Finish();
}

// Our own answers, too, once a route is found.
void Exchange::ApplyRouteToResponse() {
  is_response_started_ = true;  // its head is what operators speak of
  if (!attempts_.empty() && match_.virtual_host->tells_attempts_downstream) {
    response_.headers.Set(kAttemptCount, attempts_);
  }
  if (is_routed_) routing::ApplyResponseOperations(Levels(), formats_, response_.headers);
}

void Exchange::AddResponseFields(http::HeaderMap& headers) {
  const ResponseRules& rules = options_->response;
  if (rules.server == ServerHeader::kOverwrite ||
      (rules.server == ServerHeader::kAddIfAbsent && !headers.Has(http::HeaderId::kServer))) {
    headers.Set(http::HeaderId::kServer, rules.server_name);
  }
  const auto request_id = request_.headers.Get(http::HeaderId::kXRequestId);
  if (rules.tells_request_id && request_id.has_value()) {
    headers.Set(http::HeaderId::kXRequestId, *request_id);
  }
  if (!options_->request->via.empty()) {
    http::AppendToList(http::HeaderId::kVia, ", ", options_->request->via, headers, arena_);
  }
}

void Exchange::SendResponseHead() {
  http::HeaderMap& headers = response_.headers;
  filters_.FilterResponse(response_);
  AddResponseFields(headers);
  if (!headers.Has(http::HeaderId::kDate)) {
    headers.Add(http::HeaderId::kDate, context_.date.Render(context_.net.loop.wall_now()));
  }
  connection_->CountResponse(response_.status, is_request_complete_);
  encoder_->EncodeResponseHead(response_, connection_->closes_after_response());
  log_.OnReplyHead();
  connection_->Flush();
}

void Exchange::ResetDownstream() {
  connection_->stats().Add(http::kDownstreamRqTxReset);
  encoder_->ResetStream();
  Finish();
}

void Exchange::OnDownstreamClosed() {
  if (connection_ == nullptr) return;
  router_.Cancel();
  connection_->stats().Add(http::kDownstreamRqRxReset);
  log_.OnError({http::ErrorKind::kDownstreamReset}, is_response_started_);
  Finish();
}

ExchangeLog::Standing Exchange::Standing() const {
  ExchangeLog::Standing standing;
  if (is_response_started_) standing.response = &response_;
  if (match_) standing.route = *match_.route->name;
  // What a filter has answered would have gone there.
  const bool has_cluster =
      cluster_stats_ != nullptr ||
      (cluster_choice_ != nullptr && context_.slot.current()->clusters.Get(cluster_) != nullptr);
  if (has_cluster) standing.cluster = cluster_name_;
  standing.filter_flags = filters_.flags();
  standing.is_health_check = filters_.is_health_check();
  standing.metadata = &filters_.metadata();
  standing.messages = filters_.messages();
  return standing;
}

void Exchange::Finish() {
  OUTRIGGER_CHECK(connection_ != nullptr && !router_.is_active());
  request_timer_.Disarm();
  route_timer_.Disarm();
  stream_timer_.Disarm();
  upstream_timer_.Disarm();
  idle_timer_.Disarm();
  const Duration took = context_.net.loop.now() - started_at_;
  connection_->stats().Subtract(http::kDownstreamRqActive);
  if (response_.opens_tunnel) connection_->stats().Subtract(http::kDownstreamCxUpgradesActive);
  connection_->stats().Record(http::kDownstreamRqTime,
                              std::chrono::duration<double, std::milli>(took).count());
  mirroring_.LetGo();
  log_.Write(Standing(), context_);
  filters_.End();
  pin_.Release();
  ResumeRequestBody();
  if (!is_request_complete_) encoder_->ResetStream();
  HttpConnection* connection = std::exchange(connection_, nullptr);
  context_.exchanges.Finish(*this);
  connection->OnExchangeFinished(*this);
}

void Exchange::Reset() {
  request_.Clear();
  response_.Clear();
  log_.Reset();
  arena_.Reset();
  encoder_ = nullptr;
  options_ = nullptr;
  client_address_ = nullptr;
  match_ = {};
  routes_ = nullptr;
  cluster_choice_ = nullptr;
  cluster_name_ = {};
  attempts_ = {};
  cluster_scope_ = nullptr;
  cluster_stats_ = nullptr;
  endpoint_stats_ = nullptr;
  request_trailers_ = nullptr;
  kept_trailers_ = nullptr;
  route_timeout_ = idle_timeout_ = upstream_timeout_ = Duration::zero();
  is_routed_ = false;
  is_request_complete_ = is_response_started_ = is_response_paused_ = is_request_paused_ = false;
}

}  // namespace outrigger
