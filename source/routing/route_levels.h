// Everything that has a say in a matched request, from the most specific on: weighted cluster,
// route, virtual host, route table.
//
// Thread: any (views into a route table).
#pragma once

#include <array>
#include <string_view>

#include "http/http_filter.h"
#include "routing/route_table.h"

namespace outrigger::routing {

// Null where there is none: no cluster is chosen for a direct response or a redirect, and without a
// route there may be nothing at all.
struct RouteLevels {
  const WeightedCluster* cluster = nullptr;
  const Route* route = nullptr;
  const VirtualHost* virtual_host = nullptr;
  const RouteTableValues* table = nullptr;
  std::string_view cluster_name;  // of the one that is chosen; empty: none

  // What each says to filters.
  std::array<const http::RouteFilters*, 4> filters() const {
    return {cluster == nullptr ? nullptr : &cluster->filters,
            route == nullptr ? nullptr : &route->filters,
            virtual_host == nullptr ? nullptr : &virtual_host->filters,
            table == nullptr ? nullptr : &table->filters};
  }
};

}  // namespace outrigger::routing
