// What a route asks of a request beside its path.
//
// Thread: any (a value; pure). Source: envoy/config/route/v3 RouteMatch.
#pragma once

#include <optional>
#include <vector>

#include "base/fraction.h"
#include "http/message.h"
#include "routing/header_matcher.h"
#include "routing/query_matcher.h"

namespace outrigger::routing {

struct RouteConditions {
  std::vector<HeaderMatch> headers;
  std::vector<QueryMatch> query;
  bool is_grpc_only = false;
  std::optional<Fraction> share;  // of the requests that satisfy the others; unset: all
  bool operator==(const RouteConditions&) const = default;

  // Every request satisfies them.
  bool empty() const {
    return headers.empty() && query.empty() && !is_grpc_only && !share.has_value();
  }
};

bool Satisfies(const RouteConditions& conditions, const http::RequestHead& request);

}  // namespace outrigger::routing
