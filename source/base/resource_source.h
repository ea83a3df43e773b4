// Where a resource comes from, if not over the aggregated stream: from a file, or over a stream
// that its kind has for itself.
//
// Resources of different sources may have the same name, so whoever keeps them by name keeps those
// with a source by a key, which no name that comes over the wire equals.
// Thread: any (values).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"

namespace outrigger {

// A file, and what says that it has changed.
struct FileSource {
  std::string path;
  std::string watched_folder;  // whatever is moved into it counts; empty: a move to `path` does
  bool operator==(const FileSource&) const = default;
};

// A control plane that is asked for one type of resources.
struct StreamSource {
  std::string service;  // how: a serialized envoy.config.core.v3.ApiConfigSource
  std::string cluster;  // where
  bool operator==(const StreamSource&) const = default;
};

using ResourceSource = std::variant<FileSource, StreamSource>;
// Null: the aggregated stream.
using SourcePointer = std::shared_ptr<const ResourceSource>;
// By key.
using SourcesByKey = std::map<std::string, SourcePointer, std::less<>>;

// How a cluster is fetched that is not there when it is needed (ODCDS).
struct ClusterFetch {
  SourcePointer source;
  Duration wait_max{};  // whoever needs it waits that long
};

// Null: it is none.
const FileSource* FileOf(const SourcePointer& source);
const StreamSource* StreamOf(const SourcePointer& source);

// The name itself when there is no source.
std::string ResourceKey(std::string_view name, const SourcePointer& source);
bool IsFileKey(std::string_view key);
// What ResourceKey was given.
std::string_view NameInKey(std::string_view key);
// What stands before the name: the same for all keys of one source; empty: the aggregated stream.
std::string_view SourceInKey(std::string_view key);
// The path of its file; empty: it has none.
std::string_view PathInKey(std::string_view key);
// For people: "routes in /etc/proxy/routes.yaml", "default from cluster sds".
std::string DescribeResource(std::string_view name, const SourcePointer& source);

}  // namespace outrigger
