// A resource that has not changed, made anew since what it is made with has.
//
// Internal to compiler/. Thread: control.
#pragma once

#include <string>
#include <string_view>

#include "base/log.h"
#include "base/resource_source.h"
#include "compiler/resource_kinds.h"
#include "xds/resource_store.h"

namespace outrigger::compiler {

// False: it cannot be compiled any more (a file that it names is gone), and goes on as it is, with
// the former `what`. Requires: it has been accepted.
template <typename Kind>
bool Recompile(Kind& kind, std::string_view name, xds::ResourceStore<typename Kind::Value>& store,
               std::string_view what) {
  auto& entry = *store.Find(name);
  ValidationErrors errors;
  auto value = CompileBytes(kind, *entry.record.bytes, errors);
  if (!errors.ok()) {
    Log(LogLevel::kWarning, "{} keeps the former {}: {}", NameInKey(name), what,
        std::string(errors.ToStatus().message()));
    return false;
  }
  entry.value = std::move(value);
  return true;
}

}  // namespace outrigger::compiler
