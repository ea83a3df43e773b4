// The keys of the runtime that are read beside those that routes and filters name: limits on
// connections.
//
// Thread: any (pure).
#pragma once

#include <cstdint>
#include <string_view>

#include "compiler/runtime_layers.h"

namespace outrigger::compiler {

// Its value must be a whole number.
bool IsConnectionLimit(std::string_view key);
// What Envoy's code looks at, and ours does not.
bool IsReadByEnvoyOnly(std::string_view key);

// UINT32_MAX: there is none.
uint32_t GlobalConnectionsMax(const RuntimeNumbers& runtime);
uint32_t ListenerConnectionsMax(const RuntimeNumbers& runtime, std::string_view listener);

}  // namespace outrigger::compiler
