#include "access/connection_policy.h"

namespace outrigger {

namespace {

RbacSubject SubjectOf(const Connection& connection) {
  return {.connection = connection, .client = connection.peer_address()};
}

ConnectionRefusal Refuse(const ConnectionPolicy& policy, const RbacVerdict& verdict) {
  return {.details = DeniedDetails(verdict), .delay = policy.denial_delay};
}

}  // namespace

std::optional<ConnectionRefusal> JudgeConnection(std::span<const ConnectionPolicy> policies,
                                                 const Connection& connection,
                                                 stats::WriterIndex writer) {
  const RbacSubject subject = SubjectOf(connection);
  for (const ConnectionPolicy& policy : policies) {
    if (policy.decisions.shadow.has_value()) {
      const RbacVerdict verdict = Judge(*policy.decisions.shadow, subject);
      policy.stats.shadow->ForWriter(writer).Add(verdict.is_allowed ? kRbacShadowAllowed
                                                                    : kRbacShadowDenied);
    }
    if (!policy.decisions.enforced.has_value()) continue;
    const RbacVerdict verdict = Judge(*policy.decisions.enforced, subject);
    policy.stats.enforced->ForWriter(writer).Add(verdict.is_allowed ? kRbacAllowed : kRbacDenied);
    if (!verdict.is_allowed) return Refuse(policy, verdict);
  }
  return std::nullopt;
}

std::optional<ConnectionRefusal> JudgeConnectionAgain(std::span<const ConnectionPolicy> policies,
                                                      const Connection& connection,
                                                      stats::WriterIndex writer) {
  const RbacSubject subject = SubjectOf(connection);
  for (const ConnectionPolicy& policy : policies) {
    if (!policy.decisions.enforced.has_value()) continue;
    const RbacVerdict verdict = Judge(*policy.decisions.enforced, subject);
    if (verdict.is_allowed) continue;
    policy.stats.enforced->ForWriter(writer).Add(kRbacDenied);
    return Refuse(policy, verdict);
  }
  return std::nullopt;
}

}  // namespace outrigger
