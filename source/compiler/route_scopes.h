// The scopes of a connection manager as they are accepted now.
//
// Thread: control.
#pragma once

#include <string>
#include <string_view>

#include "base/resource_source.h"
#include "compiler/resources.h"
#include "snapshot/scoped_routes.h"

namespace outrigger::compiler {

// Calls on_scope(name, scope) for each of them: with its key in the store or, of inline ones, its
// name. STYLE: a template, since callers pass lambdas.
template <typename OnScope>
void ForEachScope(const Resources& resources, const ScopedRoutes& scoped, OnScope on_scope) {
  if (scoped.is_inline) {
    for (const ScopePointer& scope : scoped.inline_scopes) on_scope(scope->name, scope);
    return;
  }
  const std::string source = scoped.scopes_key();
  const auto& entries = resources.scopes.entries();
  for (auto it = entries.lower_bound(source); it != entries.end(); ++it) {
    if (!it->first.starts_with(source)) return;
    if (it->second.value != nullptr && SourceInKey(it->first) == source) {
      on_scope(it->first, it->second.value);
    }
  }
}

}  // namespace outrigger::compiler
