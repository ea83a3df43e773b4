// A config_dump: which of its parts are resources.
//
// What stands there twice (routes inside listeners, the bootstrap's static resources) is looked at
// once, and old versions that are on their way out not at all.
//
// Thread: any one.
#pragma once

#include <vector>

#include "base/yaml.h"
#include "ctl/lint_file.h"

namespace outrigger::ctl {

// `configs`: the list of that name.
void LintDump(const YamlNode& configs, std::vector<LintedResource>& resources);

}  // namespace outrigger::ctl
