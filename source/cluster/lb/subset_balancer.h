// Which endpoint gets the next request of a cluster that divides its endpoints: which subset, then
// who of it.
//
// What a route wants is looked up by its names once; after that its place in memory stands for it,
// until the next snapshot: only then something else may stand at that place.
//
// Owned by what its worker knows of the cluster. Thread: worker.
#pragma once

#include "absl/container/flat_hash_map.h"
#include "cluster/lb/balancer.h"
#include "cluster/lb/subset_table.h"
#include "stats/scope.h"

namespace outrigger {

// What a request wants of its endpoint.
struct EndpointCriteria {
  const http::MetadataValue* labels = nullptr;  // that it must have, a struct; null: nothing
  // They are the request's own, and not those of its route: nobody else has them at that place.
  bool is_of_request = false;
};

class SubsetBalancer {
 public:
  // By the cluster's policy, among the endpoints that a table is of.
  using BalanceIn = absl::FunctionRef<Balanced(const PickTable& picks)>;

  // With each snapshot: what it has for the cluster; null: endpoints are not divided.
  void OnAdopt(const SubsetTable* table) {
    table_ = table;
    choices_.clear();
  }
  bool is_on() const { return table_ != nullptr; }

  // Counts what came of it for the cluster. Allocates nothing but for criteria and tables that are
  // new. Requires: is_on().
  Balanced Pick(const EndpointCriteria& criteria, BalanceIn balance, stats::Block& stats);

 private:
  SubsetChoice ChoiceFor(const EndpointCriteria& criteria);

  const SubsetTable* table_ = nullptr;
  absl::flat_hash_map<const http::MetadataValue*, SubsetChoice> choices_;
};

}  // namespace outrigger
