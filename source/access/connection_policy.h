// Who may connect: what the RBAC network filters of a filter chain say of its connections.
//
// A connection is judged when its bytes may pass (its TLS is done), before anything is done for it,
// and again when its chain changes. What is looked at stays the same as long as it lives, so that
// judging it with every read (CONTINUOUS) would say nothing else.
//
// Thread: worker (const values).
#pragma once

#include <optional>
#include <span>
#include <string>

#include "access/rbac_matcher.h"
#include "access/rbac_stats.h"
#include "base/clock.h"
#include "net/connection.h"
#include "stats/scope.h"

namespace outrigger {

// One RBAC network filter.
struct ConnectionPolicy {
  RbacDecisions decisions;
  RbacStats stats;
  Duration denial_delay{};  // how long who is refused waits for the end
};

struct ConnectionRefusal {
  std::string details;  // %CONNECTION_TERMINATION_DETAILS%
  Duration delay{};
};

// Of a connection that comes: counted. The policies are asked in order until one refuses it.
std::optional<ConnectionRefusal> JudgeConnection(std::span<const ConnectionPolicy> policies,
                                                 const Connection& connection,
                                                 stats::WriterIndex writer);
// Of one that has been let in before: counted only if it is refused now.
std::optional<ConnectionRefusal> JudgeConnectionAgain(std::span<const ConnectionPolicy> policies,
                                                      const Connection& connection,
                                                      stats::WriterIndex writer);

}  // namespace outrigger
