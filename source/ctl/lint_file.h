// One file -> its resources, and what Outrigger makes of every field of them.
//
// A file is a bootstrap, a config_dump (of Outrigger or Envoy) or a DiscoveryResponse; what it
// holds says which.
//
// Thread: any one.
#pragma once

#include <string>
#include <vector>

#include "compiler/examination.h"

namespace outrigger::ctl {

struct LintedResource {
  std::string type;  // "Cluster"
  std::string name;
  compiler::Examination examination;
};

struct LintedFile {
  std::string path;
  std::string kind;   // "bootstrap", "config_dump", "discovery_response"
  std::string error;  // not empty: it cannot be read, and there is nothing else
  std::vector<LintedResource> resources;
};

inline constexpr size_t kFileMebibytesMax = 256;  // dumps of large meshes
LintedFile LintFile(const std::string& path);
// `path` tells the notation, and is shown.
LintedFile LintText(const std::string& path, std::string_view text);

// The file, or those of a folder and its folders that may be meant, in the order of their names.
// NotFound when there is nothing.
inline constexpr size_t kFilesMax = 10'000;
absl::StatusOr<std::vector<std::string>> FindFiles(const std::string& path);

}  // namespace outrigger::ctl
