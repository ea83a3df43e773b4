// A file that resources come from instead of a control plane, and what says that it has changed.
//
// Different files may hold resources of the same name, so whoever keeps resources of both kinds by
// name keeps those of files by a key, which no name that comes over the wire equals.
// Thread: any (values).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace outrigger {

struct FileSource {
  std::string path;
  std::string watched_folder;  // whatever is moved into it counts; empty: a move to `path` does
  bool operator==(const FileSource&) const = default;
};

// Null: not from a file.
using FilePointer = std::shared_ptr<const FileSource>;
// By key.
using FilesByKey = std::map<std::string, FilePointer, std::less<>>;

// The name itself when there is no file.
std::string ResourceKey(std::string_view name, const FilePointer& file);
bool IsFileKey(std::string_view key);
// What ResourceKey was given.
std::string_view NameInKey(std::string_view key);
// For people: "routes in /etc/proxy/routes.yaml".
std::string DescribeResource(std::string_view name, const FilePointer& file);

}  // namespace outrigger
