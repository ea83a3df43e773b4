#include "control_plane/folder_watcher.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"

namespace outrigger::control_plane {

namespace {

namespace fs = std::filesystem;

constexpr uint32_t kWatched = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE |
                              IN_DELETE_SELF | IN_MOVE_SELF;
constexpr int kDepthMax = 3;  // nodes/<node-id>/<type>/file
constexpr size_t kEventBytes = 64 * 1024;

bool IsHidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

}  // namespace

FolderWatcher::FolderWatcher(EventLoop& loop, std::string folder, OnChange on_change)
    : loop_(loop),
      folder_(std::move(folder)),
      on_change_(std::move(on_change)),
      settle_timer_(loop, [this] { Report(); }) {}

FolderWatcher::~FolderWatcher() {
  if (inotify_fd_ < 0) return;
  loop_.Unregister(inotify_fd_, *this);
  close(inotify_fd_);
}

absl::Status FolderWatcher::Start() {
  std::error_code error;
  if (!fs::is_directory(folder_, error)) {
    return absl::NotFoundError(absl::StrCat(folder_, " is not a folder"));
  }
  const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, "inotify_init1");
  if (absl::Status status = loop_.RegisterLevel(fd, *this); !status.ok()) {
    close(fd);
    return status;
  }
  inotify_fd_ = fd;
  needs_scan_ = true;
  Report();
  return absl::OkStatus();
}

void FolderWatcher::OnIo(IoEvents) {
  alignas(inotify_event) char buffer[kEventBytes];
  while (true) {
    const ssize_t size = read(inotify_fd_, buffer, sizeof buffer);
    if (size <= 0) break;  // EAGAIN: that was all
    for (ssize_t at = 0; at < size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      Note(event->wd, event->len > 0 ? event->name : "", event->mask);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
  if (needs_scan_ || !touched_.empty()) ArmSettle();
}

void FolderWatcher::Note(int watch, std::string_view name, uint32_t mask) {
  auto it = watches_.find(watch);
  if ((mask & IN_IGNORED) != 0 && it != watches_.end()) {
    watches_.erase(it);
    return;
  }
  if ((mask & (IN_Q_OVERFLOW | IN_ISDIR | IN_DELETE_SELF | IN_MOVE_SELF)) != 0) {
    needs_scan_ = true;
    return;
  }
  if (it == watches_.end()) return;
  const std::string path = absl::StrCat(it->second, std::string(name));
  if (!ResourceFolder::PlaceOf(path).has_value()) {
    // Not a resource; perhaps a link that resources are reached by.
    if ((mask & IN_MOVED_TO) != 0) needs_scan_ = true;
    return;
  }
  // A file that was only just created may be empty still; a created link is complete.
  std::error_code error;
  if (mask == IN_CREATE && !fs::is_symlink(fs::path(folder_) / path, error)) return;
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
  WatchFolder("");
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
        WatchFolder(relative + "/");
      }
    } else if (ResourceFolder::PlaceOf(relative).has_value()) {
      found.insert(relative);
    }
  }
  if (error) Log(LogLevel::kError, "cannot read {}: {}", folder_, error.message());
}

void FolderWatcher::WatchFolder(const std::string& relative) {
  const std::string path = (fs::path(folder_) / relative).string();
  // The same folder gives the same watch again.
  const int watch = inotify_add_watch(inotify_fd_, path.c_str(), kWatched);
  if (watch < 0) {
    Log(LogLevel::kError, "cannot watch {}: {}", path, std::strerror(errno));
    return;
  }
  watches_[watch] = relative;
}

FileChange FolderWatcher::Read(const std::string& relative) const {
  const fs::path path = fs::path(folder_) / relative;
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error == std::errc::no_such_file_or_directory) {
    return {relative, absl::NotFoundError(relative)};
  }
  if (error) return {relative, absl::UnavailableError(error.message())};
  if (size > kFileBytesMax) {
    return {relative, absl::ResourceExhaustedError("is larger than 64 MiB")};
  }
  std::string text(size, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(text.data(), static_cast<std::streamsize>(size));
  if (file.bad() || !file.is_open()) return {relative, absl::UnavailableError("cannot be read")};
  text.resize(static_cast<size_t>(file.gcount()));
  return {relative, std::move(text)};
}

}  // namespace outrigger::control_plane
