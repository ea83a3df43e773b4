// Which endpoint gets the next request: priority, then locality, then the cluster's policy.
//
// A PickTable is const and shared by all workers; each worker keeps one cursor for each of its
// rotations, which survive every change of the endpoints as far as the rotations do.
//
// Thread: worker (the cursors' owner).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "base/random.h"
#include "cluster/lb/lb_options.h"
#include "cluster/lb/pick_table.h"

namespace outrigger {

// By Rotation::cursor: where each stands. They start anywhere, so that workers and proxies that
// start together do not all begin at the same endpoint.
using LbCursors = std::vector<uint64_t>;

// How many requests are under way to the endpoint at that position, as this worker knows.
using RequestsUnderWay = absl::FunctionRef<uint32_t(uint32_t position)>;

struct Balanced {
  std::optional<uint32_t> endpoint;  // position in EndpointSet::endpoints
  bool is_panic = false;             // health was ignored
};

// Allocates nothing unless the table has more rotations than any before it.
Balanced Balance(const PickTable& picks, const LbOptions& options, LbCursors& cursors,
                 Random& random, RequestsUnderWay requests);

}  // namespace outrigger
