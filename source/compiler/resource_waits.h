// What an accepted version waits for that does not serve yet.
//
// Thread: control.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "compiler/linker.h"
#include "compiler/resource_types.h"
#include "xds/resource_store.h"

namespace outrigger::compiler {

struct Wait {
  std::string what;
  WallTime since{};
};

// Unset when its newest accepted version serves, or there is none. `key`: as its store has it.
std::optional<Wait> WaitOf(const Linker& linker, ResourceType type, std::string_view key,
                           const xds::ResourceRecord& record);

}  // namespace outrigger::compiler
