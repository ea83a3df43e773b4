// The resources of a folder, from the texts of its files:
//   {listeners,routes,clusters,endpoints,secrets}/*.yaml               for every node
//   nodes/<node-id>/{listeners,routes,clusters,endpoints,secrets}/...  for that node, before the
//   former
//
// Knows no file system. A file that cannot be used keeps its last valid content in force until it
// is repaired or removed.
//
// Owned by main. Thread: the control plane's loop.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "control_plane/resource_view.h"

namespace outrigger::control_plane {

// A file as it is now. NotFound: it is gone; any other error: it cannot be read.
struct FileChange {
  std::string path;  // relative to the folder
  absl::StatusOr<std::string> text;
};

class ResourceFolder {
 public:
  // Where a file's resources belong. Nothing for paths that hold no resources.
  struct Place {
    std::string node_id;  // empty: every node
    ResourceType type{};
  };
  static std::optional<Place> PlaceOf(std::string_view path);

  ResourceFolder();

  // Returns one line for each file of `changes` that cannot be used, and one for each resource that
  // is given twice.
  std::vector<std::string> Apply(const std::vector<FileChange>& changes);
  // Types of which files have come again as they were, once.
  std::set<ResourceType> TakeRewritten() { return std::exchange(rewritten_, {}); }

  // Never null.
  std::shared_ptr<const ResourceView> ViewFor(const std::string& node_id) const;
  // In all files.
  size_t resource_count() const;

 private:
  struct File {
    Place place;
    ResourcesByName resources;  // of its last valid text
  };

  void ApplyOne(const FileChange& change, std::vector<std::string>& problems);
  void AddFiles(const std::string& node_id, ResourceView& view,
                std::vector<std::string>& problems) const;
  void Rebuild(std::vector<std::string>& problems);

  std::map<std::string, File> files_;  // by path
  std::set<ResourceType> rewritten_;
  std::shared_ptr<const ResourceView> shared_;
  std::map<std::string, std::shared_ptr<const ResourceView>>
      nodes_;  // those with files of their own
};

}  // namespace outrigger::control_plane
