// What RBAC counts: http.<stat_prefix>.rbac.[<rules prefix>.]allowed and so on.
//
// Thread: any (constants); the scopes: their writers.
#pragma once

#include <memory>
#include <string_view>

#include "stats/family.h"
#include "stats/registry.h"
#include "stats/scope.h"

namespace outrigger {

enum RbacStat : size_t {
  kRbacAllowed,
  kRbacDenied,
  kRbacShadowAllowed,
  kRbacShadowDenied,
  kRbacStatCount,
};
extern const stats::Family kRbacFamily;          // without a prefix of its own
extern const stats::Family kPrefixedRbacFamily;  // its scopes: "<stat_prefix>.rbac.<rules prefix>"

struct RbacStats {
  std::shared_ptr<stats::Scope> enforced;
  std::shared_ptr<stats::Scope> shadow;
};

// The scope for one set of rules. `prefix` may end in a dot, which does not count.
std::shared_ptr<stats::Scope> FindRbacScope(stats::Registry& registry, std::string_view stat_prefix,
                                            std::string_view prefix);

}  // namespace outrigger
