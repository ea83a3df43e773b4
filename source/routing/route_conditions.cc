#include "routing/route_conditions.h"

#include <algorithm>

#include "http/grpc_status.h"

namespace outrigger::routing {

bool Satisfies(const RouteConditions& conditions, const http::RequestHead& request) {
  if (conditions.share.has_value() && !conditions.share->Holds(request.draw)) return false;
  if (conditions.is_grpc_only && !http::IsGrpcRequest(request)) return false;
  return MatchesHeaders(conditions.headers, request) &&
         std::all_of(
             conditions.query.begin(), conditions.query.end(),
             [&request](const QueryMatch& match) { return MatchesQuery(match, request.path); });
}

}  // namespace outrigger::routing
