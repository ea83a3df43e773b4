#include "control_plane/resource_folder.h"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "absl/strings/str_split.h"
#include "control_plane/resource_file.h"

namespace outrigger::control_plane {

namespace {

constexpr char kNodesFolder[] = "nodes";

bool IsResourceFile(const std::string& name) {
  return !name.starts_with('.') &&
         (name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json"));
}

}  // namespace

std::optional<ResourceFolder::Place> ResourceFolder::PlaceOf(std::string_view path) {
  std::vector<std::string> parts = absl::StrSplit(std::string(path), '/');
  Place place;
  if (parts.size() == 4 && parts[0] == kNodesFolder) {
    place.node_id = parts[1];
    parts.erase(parts.begin(), parts.begin() + 2);
  }
  if (parts.size() != 2 || !IsResourceFile(parts[1])) return std::nullopt;
  const std::optional<ResourceType> type = FindTypeByFolder(parts[0]);
  if (!type.has_value()) return std::nullopt;
  place.type = *type;
  return place;
}

ResourceFolder::ResourceFolder() : shared_(std::make_shared<const ResourceView>()) {}

std::vector<std::string> ResourceFolder::Apply(const std::vector<FileChange>& changes) {
  std::vector<std::string> problems;
  for (const FileChange& change : changes) ApplyOne(change, problems);
  Rebuild(problems);
  return problems;
}

void ResourceFolder::ApplyOne(const FileChange& change, std::vector<std::string>& problems) {
  const std::optional<Place> place = PlaceOf(change.path);
  if (!place.has_value()) return;
  if (absl::IsNotFound(change.text.status())) {
    files_.erase(change.path);
    return;
  }
  File& file = files_[change.path];
  file.place = *place;
  absl::Status status = change.text.status();
  if (status.ok()) {
    absl::StatusOr<ResourcesByName> parsed = ParseResourceFile(place->type, *change.text);
    if (parsed.ok()) {
      const bool has_content = !parsed->empty();
      if (has_content && VersionOf(*parsed) == VersionOf(file.resources)) {
        rewritten_.insert(place->type);
      }
      file.resources = *std::move(parsed);
      return;
    }
    status = parsed.status();
  }
  problems.push_back(fmt::format(
      "{} is broken, {}: {}", change.path,
      file.resources.empty() ? "nothing of it is served" : "its last valid content stays in force",
      std::string(status.message())));
}

void ResourceFolder::AddFiles(const std::string& node_id, ResourceView& view,
                              std::vector<std::string>& problems) const {
  std::map<std::pair<ResourceType, std::string>, std::string> owners;
  for (const auto& [path, file] : files_) {
    if (file.place.node_id != node_id) continue;
    for (const auto& [name, resource] : file.resources) {
      const auto [owner, is_first] = owners.emplace(std::pair(file.place.type, name), path);
      if (is_first) {
        view.Of(file.place.type)[name] = resource;
      } else {
        problems.push_back(
            fmt::format("{}: {} is ignored, it is in {} too", path, name, owner->second));
      }
    }
  }
}

void ResourceFolder::Rebuild(std::vector<std::string>& problems) {
  auto shared = std::make_shared<ResourceView>();
  AddFiles("", *shared, problems);
  std::set<std::string> node_ids;
  for (const auto& [path, file] : files_) {
    if (!file.place.node_id.empty()) node_ids.insert(file.place.node_id);
  }
  nodes_.clear();
  for (const std::string& node_id : node_ids) {
    auto view = std::make_shared<ResourceView>(*shared);
    AddFiles(node_id, *view, problems);
    nodes_[node_id] = std::move(view);
  }
  shared_ = std::move(shared);
}

std::shared_ptr<const ResourceView> ResourceFolder::ViewFor(const std::string& node_id) const {
  auto it = nodes_.find(node_id);
  return it == nodes_.end() ? shared_ : it->second;
}

size_t ResourceFolder::resource_count() const {
  size_t count = 0;
  for (const auto& [path, file] : files_) count += file.resources.size();
  return count;
}

}  // namespace outrigger::control_plane
