// Joins the tables of all compilers into one, in order of (field, message), at compile time: most
// fields differ in their first letters, messages only in their last ones.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>

#include "compiler/field_rules_bootstrap.h"
#include "compiler/field_rules_cluster.h"
#include "compiler/field_rules_endpoint.h"
#include "compiler/field_rules_filters.h"
#include "compiler/field_rules_listener.h"
#include "compiler/field_rules_logging.h"
#include "compiler/field_rules_route.h"
#include "compiler/field_rules_shared.h"
#include "compiler/field_rules_tcp.h"
#include "compiler/field_rules_tls.h"
#include "compiler/proto_rules.h"

namespace outrigger::compiler {

namespace {

constexpr bool ComesBefore(const FieldRule& a, const FieldRule& b) {
  return std::tie(a.field, a.message) < std::tie(b.field, b.message);
}

template <size_t... kSizes>
constexpr auto Join(const FieldRule (&... tables)[kSizes]) {
  std::array<FieldRule, (kSizes + ...)> all{};
  auto* end = all.data();
  ((end = std::copy(std::begin(tables), std::end(tables), end)), ...);
  std::sort(all.begin(), all.end(), ComesBefore);
  return all;
}

constexpr auto kAllRules =
    Join(shared_fields::kRules, cluster_fields::kRules, endpoint_fields::kRules,
         route_fields::kRules, listener_fields::kRules, filter_fields::kRules,
         logging_fields::kRules, tcp_fields::kRules, tls_fields::kRules, bootstrap_fields::kRules);

static_assert(std::adjacent_find(kAllRules.begin(), kAllRules.end(),
                                 [](const FieldRule& a, const FieldRule& b) {
                                   return !ComesBefore(a, b);
                                 }) == kAllRules.end(),
              "two tables say something about one field");

const FieldRule* Find(std::string_view message, std::string_view field) {
  const FieldRule wanted{message, field, FieldUse::kHandled};
  const auto* found = std::lower_bound(kAllRules.begin(), kAllRules.end(), wanted, ComesBefore);
  if (found == kAllRules.end() || found->message != message || found->field != field)
    return nullptr;
  return found;
}

}  // namespace

std::span<const FieldRule> AllFieldRules() { return kAllRules; }

const FieldRule* FindFieldRule(std::string_view message, std::string_view field) {
  if (const FieldRule* rule = Find(message, field)) return rule;
  return Find(message, "*");
}

const FieldRule* FindValueRule(std::string_view message, std::string_view field,
                               std::string_view value) {
  return Find(message, fmt::format("{}={}", field, value));
}

}  // namespace outrigger::compiler
