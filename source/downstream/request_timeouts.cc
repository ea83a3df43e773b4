#include "downstream/request_timeouts.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "http/grpc_status.h"
#include "http/timeout_headers.h"

namespace outrigger {

namespace {

using http::HeaderId;

// What the router takes from an internal request; the fields about retries have no effect yet.
constexpr std::string_view kForTheRouter[] = {
    "x-envoy-hedge-on-per-try-timeout",
    "x-envoy-max-retries",
    "x-envoy-retriable-header-names",
    "x-envoy-retriable-status-codes",
    "x-envoy-retry-grpc-on",
    "x-envoy-retry-on",
    "x-envoy-upstream-alt-stat-name",
    "x-envoy-upstream-rq-per-try-timeout-ms",
    "x-envoy-upstream-rq-timeout-alt-response",
    "x-envoy-upstream-rq-timeout-ms",
};

bool IsForTheRouter(const http::HeaderField& field) {
  return field.name.starts_with("x-envoy-") &&
         std::find(std::begin(kForTheRouter), std::end(kForTheRouter), field.name) !=
             std::end(kForTheRouter);
}

// What a request says of its own timeouts. Two fields of one name say nothing.
struct Asked {
  std::optional<Duration> response;
  std::optional<Duration> attempt;
};

void Note(std::string_view value, int& count, std::optional<Duration>& asked) {
  asked = ++count == 1 ? http::ParseMilliseconds(value) : std::nullopt;
}

Asked TakeAsked(http::HeaderMap& headers) {
  Asked asked;
  int responses = 0;
  int attempts = 0;
  bool has_any = false;
  for (const http::HeaderField& field : headers) {
    if (!IsForTheRouter(field)) continue;
    has_any = true;
    if (field.name == "x-envoy-upstream-rq-timeout-ms") {
      Note(field.value, responses, asked.response);
    } else if (field.name == "x-envoy-upstream-rq-per-try-timeout-ms") {
      Note(field.value, attempts, asked.attempt);
    }
  }
  if (has_any) headers.RemoveIf(IsForTheRouter);
  return asked;
}

std::optional<Duration> GrpcTimeoutOf(const http::HeaderMap& headers) {
  const auto text = headers.Get(HeaderId::kGrpcTimeout);
  return text.has_value() ? http::ParseGrpcTimeout(*text) : std::nullopt;
}

// max_grpc_timeout, the older way. Zero is no limit, as in Envoy.
Duration ResponseByGrpc(Duration most, Duration offset, const http::HeaderMap& headers) {
  Duration timeout = GrpcTimeoutOf(headers).value_or(Duration::zero());
  if (offset < timeout) timeout -= offset;
  if (most == Duration::zero()) return timeout;
  return timeout == Duration::zero() ? most : std::min(timeout, most);
}

// By the route alone; nothing when it does not say.
std::optional<Duration> StreamByRoute(const routing::StreamDuration& route,
                                      const http::HeaderMap& headers) {
  const std::optional<Duration> asked =
      route.grpc_max.has_value() ? GrpcTimeoutOf(headers) : std::nullopt;
  if (!asked.has_value()) return route.most;
  const Duration timeout =
      *route.grpc_max == Duration::zero() ? *asked : std::min(*asked, *route.grpc_max);
  return std::max(timeout - route.grpc_offset, Duration::zero());
}

void TellGrpc(Duration timeout, http::HeaderMap& headers, Arena& arena) {
  if (timeout == Duration::zero()) {
    headers.Remove(HeaderId::kGrpcTimeout);
  } else {
    headers.Set(HeaderId::kGrpcTimeout, http::FormatGrpcTimeout(timeout, arena));
  }
}

std::optional<Duration> TakeStream(const routing::ForwardAction& action,
                                   std::optional<Duration> stream_max, bool is_grpc,
                                   http::HeaderMap& headers, Arena& arena) {
  std::optional<Duration> stream = stream_max;
  const std::optional<routing::StreamDuration>& of_route = action.stream_duration;
  const bool asks =
      of_route.has_value() && of_route->grpc_max.has_value() && GrpcTimeoutOf(headers).has_value();
  if (of_route.has_value()) {
    const std::optional<Duration> by_route = StreamByRoute(*of_route, headers);
    if (by_route.has_value()) stream = by_route;
    if (by_route.has_value() && is_grpc) TellGrpc(*by_route, headers, arena);
  }
  // A limit of zero is none; a time that the client has used up is none that is left.
  if (stream == Duration::zero() && !asks) stream.reset();
  return stream;
}

Duration TakeResponse(const routing::ForwardAction& action, bool is_grpc, http::HeaderMap& headers,
                      Arena& arena) {
  const bool is_by_grpc =
      is_grpc && !action.stream_duration->has_value() && action.grpc_timeout_max.has_value();
  Duration response = action.stream_duration->has_value() ? Duration::zero() : action.timeout;
  if (is_by_grpc) {
    response = ResponseByGrpc(*action.grpc_timeout_max, action.grpc_timeout_offset, headers);
  }
  const Asked asked = TakeAsked(headers);
  response = asked.response.value_or(response);
  // The first attempt is the only one so far.
  const Duration attempt = asked.attempt.value_or(Duration::zero());
  if (attempt > Duration::zero() && (response == Duration::zero() || attempt < response)) {
    response = attempt;
  }
  if (response == Duration::zero()) return response;
  headers.Set(HeaderId::kXEnvoyExpectedRqTimeoutMs, http::FormatMilliseconds(response, arena));
  if (is_by_grpc) TellGrpc(response, headers, arena);
  return response;
}

}  // namespace

RequestTimeouts TakeTimeouts(const routing::ForwardAction& action,
                             std::optional<Duration> stream_max, http::RequestHead& request,
                             Arena& arena) {
  const bool is_grpc = http::IsGrpcRequest(request);
  RequestTimeouts timeouts;
  timeouts.response = TakeResponse(action, is_grpc, request.headers, arena);
  timeouts.stream = TakeStream(action, stream_max, is_grpc, request.headers, arena);
  return timeouts;
}

}  // namespace outrigger
