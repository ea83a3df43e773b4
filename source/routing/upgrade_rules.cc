#include "routing/upgrade_rules.h"

#include <utility>

#include "http/syntax.h"

namespace outrigger::routing {

bool UpgradeRules::Add(std::string protocol, bool is_allowed) {
  if (Find(protocol).has_value()) return false;
  rules_.push_back({std::move(protocol), is_allowed});
  return true;
}

std::optional<bool> UpgradeRules::Find(std::string_view protocol) const {
  for (const Rule& rule : rules_) {
    if (http::EqualsIgnoringCase(rule.protocol, protocol)) return rule.is_allowed;
  }
  return std::nullopt;
}

bool MayUpgrade(std::string_view protocol, const UpgradeRules& route, const UpgradeRules& manager) {
  if (http::EqualsIgnoringCase(protocol, "h2c")) return false;  // R52
  if (const std::optional<bool> said = route.Find(protocol)) return *said;
  return manager.Find(protocol).value_or(false);
}

}  // namespace outrigger::routing
