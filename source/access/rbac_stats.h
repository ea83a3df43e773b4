// What RBAC counts: http.<stat_prefix>.rbac.[<rules prefix>.]allowed and so on of requests,
// <stat_prefix>.rbac.[<rules prefix>.]allowed and so on of connections.
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
// Of rules without a prefix of their own, and of those with one, whose scopes are called
// "<stat_prefix>.rbac.<rules prefix>".
struct RbacFamilies {
  const stats::Family& plain;
  const stats::Family& prefixed;
};
extern const RbacFamilies kRequestRbacFamilies;
extern const RbacFamilies kConnectionRbacFamilies;

struct RbacStats {
  std::shared_ptr<stats::Scope> enforced;
  std::shared_ptr<stats::Scope> shadow;
};

// `prefixes` of the rules that are enforced and of the shadow rules; each, and `stat_prefix`, may
// end in a dot, which does not count.
struct RbacPrefixes {
  std::string_view stat_prefix;
  std::string_view enforced;
  std::string_view shadow;
};
RbacStats FindRbacStats(stats::Registry& registry, const RbacFamilies& families,
                        const RbacPrefixes& prefixes);

}  // namespace outrigger
