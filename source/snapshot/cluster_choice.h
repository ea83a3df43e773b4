// Which cluster a route or a mirror policy means for a request.
//
// Thread: worker (pure).
#pragma once

#include "http/message.h"
#include "routing/header_matcher.h"
#include "snapshot/config_snapshot.h"

namespace outrigger {

// `Choice`: a WeightedCluster or a MirrorPolicy. Unset: the request names none that serves. What is
// found lives as long as `snapshot` and `routes`.
template <typename Choice>
ClusterIndex::Found ClusterFor(const Choice& choice, const LinkedRoutes& routes,
                               const ConfigSnapshot& snapshot, const http::RequestHead& request) {
  if (choice.cluster_header->empty()) {
    return {routes.table->values().cluster_names[choice.cluster], routes.ClusterOf(choice.cluster)};
  }
  const auto name = routing::RequestField(*choice.cluster_header, request);
  if (!name.has_value() || snapshot.cluster_index == nullptr) return {};
  return snapshot.cluster_index->Find(*name);
}

// What a route or a request calls the cluster, whether it serves or not; empty: the request does
// not say.
inline std::string_view NameOfCluster(const routing::WeightedCluster& choice,
                                      const LinkedRoutes& routes,
                                      const http::RequestHead& request) {
  if (choice.cluster_header->empty()) return routes.table->values().cluster_names[choice.cluster];
  return routing::RequestField(*choice.cluster_header, request).value_or("");
}

}  // namespace outrigger
