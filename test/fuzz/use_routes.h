// Sends a few requests through a compiled route table, doing what an exchange
// does with its answer.
//
// Thread: any.
#pragma once

#include <string>

#include "base/arena.h"
#include "base/check.h"
#include "base/slab.h"
#include "routing/header_operations.h"
#include "routing/host_rewrite.h"
#include "routing/path_rewrite.h"
#include "routing/redirect.h"
#include "routing/route_table.h"
#include "routing/weighted_choice.h"
#include "test/support/route_oracle.h"

namespace outrigger::test {

inline void UseRoute(const routing::RouteTableValues& table, const routing::RouteMatch& match,
                     http::RequestHead request, Arena& arena) {
  const routing::Route& route = *match.route;
  if (const auto* redirect = std::get_if<routing::Redirect>(&route.action)) {
    OUTRIGGER_CHECK(!routing::RedirectLocation(*redirect, route, request, arena).empty());
    return;
  }
  const auto* forward = std::get_if<routing::ForwardAction>(&route.action);
  if (forward == nullptr) return;
  for (const uint64_t value : {uint64_t{0}, UINT64_MAX, uint64_t{1} << 31}) {
    const routing::WeightedCluster& chosen = routing::ChooseCluster(*forward, value);
    OUTRIGGER_CHECK(!chosen.cluster_header->empty() || chosen.cluster < table.cluster_names.size());
    const routing::RouteLevels levels = {&chosen, &route, match.virtual_host, &table};
    std::string scratch;
    const auto entry = [&request] {
      logging::LogEntry known;
      known.request = &request;
      return known;
    };
    logging::FormatValues formats(entry, arena, scratch);
    routing::ApplyRequestOperations(levels, formats, request.headers);
    http::HeaderMap response;
    routing::ApplyResponseOperations(levels, formats, response);
    for (const http::HeaderField& field : response) {
      OUTRIGGER_CHECK(field.value.find_first_of(std::string_view("\0\r\n", 3)) ==
                      std::string_view::npos);
    }
  }
  routing::RewriteHost(forward->host_rewrite, forward->clusters.front(), request, arena);
  routing::RewriteHostByEndpoint(forward->host_rewrite, "an.endpoint", true, request, arena);
  routing::RewritePath(forward->path_rewrite, route, request, arena);
}

// The compiled answer is the scan's, whatever the table.
inline void UseRoutes(const routing::RouteTable& table) {
  SlabPool slabs;
  Arena arena(slabs);
  const routing::RouteTableValues& values = table.values();
  for (const Shared<routing::VirtualHost>& host : values.virtual_hosts) {
    std::string authority = host->domains.empty() ? "a" : host->domains[0];
    if (authority.starts_with('*') && authority.size() > 1) authority[0] = 'x';
    OracleRequest request;
    request.authority = authority;
    request.headers = {{"x-user", "a"}, {"cookie", ""}, {"x-user", "7"}};
    for (const char* path : {"/", "/a/b?c=d", "/api", "*", ""}) {
      request.path = path;
      request.method = request.path.empty() ? "CONNECT" : "GET";
      OUTRIGGER_CHECK(AskTable(table, request) == AskOracle(values, request));
      const http::RequestHead head = request.Head();
      if (const routing::RouteMatch match = table.Match(head)) {
        UseRoute(values, match, head, arena);
      }
    }
  }
}

}  // namespace outrigger::test
