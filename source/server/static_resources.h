// Hands the bootstrap's static resources to the configuration, checks what holds between them and
// the rest of the bootstrap, and says which files hold the rest. The start of the server and
// `--mode validate` share it.
//
// Thread: control.
#pragma once

#include <string>
#include <vector>

#include "compiler/configuration.h"
#include "compiler/resource_files.h"
#include "server/bootstrap.h"

namespace outrigger {

// Every mistake, each with its place. Settle follows when there is none.
[[nodiscard]] std::vector<std::string> AddStaticResources(const Bootstrap& bootstrap,
                                                          compiler::Configuration& configuration);

// Clusters and listeners that come from files.
void TakeFiles(const Bootstrap& bootstrap, compiler::ResourceFiles& files);

}  // namespace outrigger
