// A bootstrap: itself, and its static resources one by one.
//
// Thread: any one.
#pragma once

#include <vector>

#include "base/yaml.h"
#include "ctl/lint_file.h"
#include "server/bootstrap.h"

namespace outrigger::ctl {

void LintBootstrap(const YamlNode& root, std::vector<LintedResource>& resources);
// Without what stands in its static_resources; `bootstrap` is what it says.
LintedResource LintBootstrapAlone(const YamlNode& root, Bootstrap& bootstrap);

}  // namespace outrigger::ctl
