#include "control_plane/folder_watcher.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/read_file.h"

namespace outrigger::control_plane {

namespace {

namespace fs = std::filesystem;

constexpr int kDepthMax = 3;  // nodes/<node-id>/<type>/file

bool IsHidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

}  // namespace

FolderWatcher::FolderWatcher(EventLoop& loop, std::string folder, OnChange on_change)
    : loop_(loop),
      folder_(std::move(folder)),
      on_change_(std::move(on_change)),
      events_(loop, [this](const FolderEvent& event) { Note(event); }),
      settle_timer_(loop, [this] { Report(); }) {}

absl::Status FolderWatcher::Start() {
  std::error_code error;
  if (!fs::is_directory(folder_, error)) {
    return absl::NotFoundError(absl::StrCat(folder_, " is not a folder"));
  }
  if (absl::Status status = WatchFolder(""); !status.ok()) return status;
  needs_scan_ = true;
  Report();
  return absl::OkStatus();
}

void FolderWatcher::Note(const FolderEvent& event) {
  switch (event.kind) {
    case FolderEvent::Kind::kLost:
    case FolderEvent::Kind::kFolders:
    case FolderEvent::Kind::kFolderGone:
      needs_scan_ = true;
      break;
    case FolderEvent::Kind::kMovedIn:
    case FolderEvent::Kind::kWritten:
    case FolderEvent::Kind::kCreated:
    case FolderEvent::Kind::kLeft:
      NoteFile(event);
      break;
  }
  if (needs_scan_ || !touched_.empty()) ArmSettle();
}

void FolderWatcher::NoteFile(const FolderEvent& event) {
  const std::string path = absl::StrCat(std::string(event.folder), std::string(event.name));
  if (!ResourceFolder::PlaceOf(path).has_value()) {
    // Not a resource; perhaps a link that resources are reached by.
    if (event.kind == FolderEvent::Kind::kMovedIn) needs_scan_ = true;
    return;
  }
  // A file that was only just created may be empty still; a created link is complete.
  std::error_code error;
  const bool is_new = event.kind == FolderEvent::Kind::kCreated;
  if (is_new && !fs::is_symlink(fs::path(folder_) / path, error)) return;
  touched_.insert(path);
}

void FolderWatcher::ArmSettle() {
  if (!settle_timer_.is_armed()) first_touch_ = loop_.now();
  const Duration left = first_touch_ + kSettleMax - loop_.now();
  settle_timer_.Arm(std::clamp(left, Duration::zero(), Duration(kSettle)));
}

void FolderWatcher::Report() {
  std::set<std::string> paths = std::exchange(touched_, {});
  if (std::exchange(needs_scan_, false)) {
    paths.insert(known_.begin(), known_.end());
    ScanAll(paths);
  }
  std::vector<FileChange> changes;
  for (const std::string& path : paths) {
    changes.push_back(Read(path));
    if (absl::IsNotFound(changes.back().text.status())) {
      known_.erase(path);
    } else {
      known_.insert(path);
    }
  }
  on_change_(changes);
}

void FolderWatcher::ScanAll(std::set<std::string>& found) {
  WatchOrLog("");
  std::error_code error;
  const auto options = fs::directory_options::follow_directory_symlink |
                       fs::directory_options::skip_permission_denied;
  fs::recursive_directory_iterator it(folder_, options, error);
  size_t seen = 0;
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (++seen > kFilesMax) {
      Log(LogLevel::kError, "{} holds more than {} files, the rest is left out", folder_,
          kFilesMax);
      return;
    }
    std::error_code ignored;  // an entry that is gone again is no folder
    const std::string relative = it->path().lexically_relative(folder_).string();
    if (it->is_directory(ignored)) {
      if (IsHidden(it->path()) || it.depth() >= kDepthMax) {
        it.disable_recursion_pending();
      } else {
        WatchOrLog(relative + "/");
      }
    } else if (ResourceFolder::PlaceOf(relative).has_value()) {
      found.insert(relative);
    }
  }
  if (error) Log(LogLevel::kError, "cannot read {}: {}", folder_, error.message());
}

absl::Status FolderWatcher::WatchFolder(const std::string& relative) {
  return events_.Watch((fs::path(folder_) / relative).string(), relative,
                       FolderEvents::Interest::kEverything);
}

void FolderWatcher::WatchOrLog(const std::string& relative) {
  const absl::Status status = WatchFolder(relative);
  if (!status.ok()) Log(LogLevel::kError, "{}", std::string(status.message()));
}

FileChange FolderWatcher::Read(const std::string& relative) const {
  return {relative, ReadFile((fs::path(folder_) / relative).string(), kFileMebibytesMax)};
}

}  // namespace outrigger::control_plane
