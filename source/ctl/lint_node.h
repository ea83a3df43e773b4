// One resource as a tree of YAML with its "@type".
//
// Thread: any one.
#pragma once

#include <string>
#include <string_view>

#include "base/yaml.h"
#include "compiler/examination.h"
#include "ctl/lint_file.h"

namespace outrigger::ctl {

// "Cluster" of "type.googleapis.com/envoy.config.cluster.v3.Cluster".
std::string ShortTypeName(std::string_view type_url);

// Unwraps discovery.v3.Resource. Types of extensions that are not known are left to the compilers,
// as on the wire.
LintedResource LintNode(const YamlNode& node, compiler::Examiner& examiner);

}  // namespace outrigger::ctl
