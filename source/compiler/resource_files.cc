#include "compiler/resource_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <vector>

#include "base/check.h"
#include "base/read_file.h"
#include "compiler/any_content.h"

namespace outrigger::compiler {

namespace {

constexpr std::string_view kWholeType;  // the key of what holds all of its type

// What a move must name.
struct Trigger {
  std::string folder;
  std::string name;  // empty: any
};

Trigger TriggerOf(const FileSource& file) {
  if (!file.watched_folder.empty()) return {file.watched_folder, {}};
  const std::filesystem::path path(file.path);
  std::string folder = path.parent_path().string();
  return {folder.empty() ? "." : std::move(folder), path.filename().string()};
}

bool IsWhole(std::string_view key) { return NameInKey(key).empty(); }

std::string TriggerKey(std::string_view folder, std::string_view name) {
  return fmt::format("{}/{}", folder, name);
}

std::string TriggerKey(const FileSource& file) {
  const Trigger trigger = TriggerOf(file);
  return TriggerKey(trigger.folder, trigger.name);
}

}  // namespace

ResourceFiles::ResourceFiles(Configuration& configuration, Hooks hooks)
    : configuration_(configuration), hooks_(std::move(hooks)) {}

size_t ResourceFiles::IndexOf(std::string_view type_url) {
  const auto type = std::find(kTypes.begin(), kTypes.end(), type_url);
  OUTRIGGER_CHECK(type != kTypes.end());
  return static_cast<size_t>(std::distance(kTypes.begin(), type));
}

void ResourceFiles::TakeAll(std::string_view type_url, const FileSource& file) {
  Add({IndexOf(type_url), std::string(kWholeType)}, file);
}

void ResourceFiles::SetWanted(std::string_view type_url, const SourcesByKey& wanted) {
  const size_t index = IndexOf(type_url);
  std::vector<Id> unwanted;
  for (auto it = subscriptions_.lower_bound({index, ""}); it != subscriptions_.end(); ++it) {
    if (it->first.first != index) break;
    if (!wanted.contains(it->first.second)) unwanted.push_back(it->first);
  }
  for (const auto& [key, source] : wanted) {
    const FileSource* file = FileOf(source);
    if (file != nullptr && !subscriptions_.contains({index, key})) Add({index, key}, *file);
  }
  for (const Id& id : unwanted) Remove(id);
}

void ResourceFiles::Add(const Id& id, const FileSource& file) {
  const std::string folder = TriggerOf(file).folder;
  if (folders_[folder]++ == 0 && hooks_.watch) hooks_.watch(folder, true);
  by_trigger_[TriggerKey(file)].insert(id);
  subscriptions_[id].file = file;
  Touch(id);
}

void ResourceFiles::Remove(const Id& id) {
  const auto it = subscriptions_.find(id);
  const FileSource file = it->second.file;
  const auto trigger = by_trigger_.find(TriggerKey(file));
  trigger->second.erase(id);
  if (trigger->second.empty()) by_trigger_.erase(trigger);
  pending_.erase(id);
  subscriptions_.erase(it);
  const auto folder = folders_.find(TriggerOf(file).folder);
  if (--folder->second > 0) return;
  if (hooks_.watch) hooks_.watch(folder->first, false);
  folders_.erase(folder);
}

void ResourceFiles::OnMoved(std::string_view folder, std::string_view name) {
  for (const std::string& key : {TriggerKey(folder, name), TriggerKey(folder, "")}) {
    const auto it = by_trigger_.find(key);
    if (it == by_trigger_.end()) continue;
    for (const Id& id : it->second) Touch(id);
  }
}

void ResourceFiles::OnLost() {
  for (const auto& [id, subscription] : subscriptions_) Touch(id);
}

void ResourceFiles::Touch(const Id& id) {
  pending_.insert(id);
  if (hooks_.pending) hooks_.pending();
}

void ResourceFiles::ReadPending() {
  while (!pending_.empty()) {
    const Id id = *pending_.begin();
    pending_.erase(pending_.begin());
    Read(id);
  }
}

void ResourceFiles::Read(const Id& id) {
  const std::string path = subscriptions_[id].file.path;
  const absl::StatusOr<std::string> text = ReadFile(path, kFileMebibytesMax);
  if (!text.ok()) return Reject(id, std::string(text.status().message()), false);
  std::vector<std::string> warnings;
  absl::StatusOr<DiscoveryContent> content = ParseDiscoveryFile(path, *text, warnings);
  if (!content.ok()) {
    return Reject(id, fmt::format("{}: {}", path, std::string(content.status().message())), false);
  }
  for (const std::string& warning : warnings) {
    hooks_.on_unknown_field(fmt::format("{}: {}", path, warning));
  }
  const std::string mistake = MistakeIn(id, *content);
  if (!mistake.empty()) return Reject(id, fmt::format("{}: {}", path, mistake), true);
  TakeContent(id, *content);
}

// What cannot be told from one resource alone; then nothing of the file is used.
std::string ResourceFiles::MistakeIn(const Id& id, const DiscoveryContent& content) const {
  const auto& [type, key] = id;
  std::set<std::string_view> names;
  for (size_t i = 0; i < content.resources.size(); ++i) {
    const DiscoveryContent::Resource& resource = content.resources[i];
    if (resource.type_url != kTypes[type]) {
      return fmt::format("resources[{}]: must be {}, is {}", i, TypeName(kTypes[type]),
                         TypeName(resource.type_url));
    }
    if (!resource.name.empty() && !names.insert(resource.name).second) {
      return fmt::format("resources[{}]: {} is there twice", i, resource.name);
    }
  }
  if (IsWhole(key) || content.resources.empty()) return {};
  if (content.resources.size() > 1) {
    return fmt::format("resources: must be one, are {}", content.resources.size());
  }
  if (content.resources[0].name == NameInKey(key)) return {};
  return fmt::format("resources[0]: must be {}, is {}", NameInKey(key), content.resources[0].name);
}

void ResourceFiles::TakeContent(const Id& id, const DiscoveryContent& content) {
  const auto& [type, key] = id;
  Subscription& subscription = subscriptions_[id];
  const std::string path = subscription.file.path;
  const std::string_view source = SourceInKey(key);
  xds::Response response{kTypes[type], content.version, {}, {}, path, source};
  std::set<std::string> names;
  std::vector<std::string> keys;  // what the response points into
  keys.reserve(content.resources.size());
  for (const DiscoveryContent::Resource& resource : content.resources) {
    const bool has_name = !resource.name.empty();
    keys.push_back(has_name ? std::string(source).append(resource.name) : std::string());
    names.insert(keys.back());
    response.resources.push_back(
        {IsWhole(key) ? keys.back() : key, content.version, resource.type_url, resource.bytes});
  }
  const std::set<std::string> before = subscription.names;
  if (!IsWhole(key)) {
    if (content.resources.empty()) response.removed.push_back(key);
  } else if (names.contains("")) {
    // Which one it is that cannot be read, nobody knows: all go on.
    names.erase("");
    subscription.names.insert(names.begin(), names.end());
  } else {
    for (const std::string& name : before) {
      if (!names.contains(name)) response.removed.push_back(name);
    }
    subscription.names = std::move(names);
  }
  const xds::Verdict verdict = configuration_.OnResponse(response);
  for (const xds::ResourceError& error : verdict.errors) {
    hooks_.on_problem(fmt::format("{}: {}: {}", path, NameInKey(error.name), error.message));
  }
}

void ResourceFiles::Reject(const Id& id, std::string_view error, bool is_readable) {
  configuration_.OnBadFile({kTypes[id.first], id.second, error, is_readable});
  hooks_.on_problem(error);
}

}  // namespace outrigger::compiler
