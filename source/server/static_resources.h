// Hands the bootstrap's static resources to the configuration, and checks what holds between them
// and the rest of the bootstrap. The start of the server and `--mode validate` share it.
//
// Thread: control.
#pragma once

#include <string>
#include <vector>

#include "compiler/configuration.h"
#include "server/bootstrap.h"

namespace outrigger {

// Every mistake, each with its place. Settle follows when there is none.
[[nodiscard]] std::vector<std::string> AddStaticResources(const Bootstrap& bootstrap,
                                                          compiler::Configuration& configuration);

}  // namespace outrigger
