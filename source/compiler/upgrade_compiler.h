// upgrade_configs of a connection manager and of a route, as values.
//
// Thread: control.
#pragma once

#include <fmt/format.h>

#include "base/validation_errors.h"
#include "routing/upgrade_rules.h"

namespace outrigger::compiler {

// `protos`: HttpConnectionManager.UpgradeConfig or RouteAction.UpgradeConfig.
template <typename Protos>
routing::UpgradeRules CompileUpgrades(const Protos& protos, ValidationErrors& errors) {
  routing::UpgradeRules rules;
  for (int i = 0; i < protos.size(); ++i) {
    const auto& proto = protos[i];
    const ValidationErrors::ScopedField scope(errors, "upgrade_configs", static_cast<size_t>(i));
    const ValidationErrors::ScopedField field(errors, "upgrade_type");
    if (proto.upgrade_type().empty()) {
      // The validation rules have refused that of a route.
      if (errors.ok()) errors.Add("is required");
    } else if (!rules.Add(proto.upgrade_type(), !proto.has_enabled() || proto.enabled().value())) {
      errors.Add(fmt::format("\"{}\" is there twice", proto.upgrade_type()));
    }
  }
  return rules;
}

}  // namespace outrigger::compiler
