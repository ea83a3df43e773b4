#include "event/folder_events.h"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace outrigger {

namespace {

constexpr uint32_t kMoves = IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
constexpr uint32_t kEverything = kMoves | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_DELETE | IN_CREATE;
constexpr size_t kEventBytes = 64 * 1024;

FolderEvent::Kind KindOf(uint32_t mask) {
  if ((mask & IN_Q_OVERFLOW) != 0) return FolderEvent::Kind::kLost;
  if ((mask & (IN_DELETE_SELF | IN_MOVE_SELF)) != 0) return FolderEvent::Kind::kFolderGone;
  // A link to a folder is no folder here.
  if ((mask & IN_ISDIR) != 0) return FolderEvent::Kind::kFolders;
  if ((mask & IN_MOVED_TO) != 0) return FolderEvent::Kind::kMovedIn;
  if ((mask & IN_CLOSE_WRITE) != 0) return FolderEvent::Kind::kWritten;
  if ((mask & IN_CREATE) != 0) return FolderEvent::Kind::kCreated;
  return FolderEvent::Kind::kLeft;
}

}  // namespace

FolderEvents::FolderEvents(EventLoop& loop, OnEvent on_event)
    : loop_(loop), on_event_(std::move(on_event)) {}

FolderEvents::~FolderEvents() {
  if (inotify_fd_ < 0) return;
  loop_.Unregister(inotify_fd_, *this);
  close(inotify_fd_);
}

absl::Status FolderEvents::Open() {
  if (inotify_fd_ >= 0) return absl::OkStatus();
  const int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, "inotify_init1");
  if (absl::Status status = loop_.RegisterLevel(fd, *this); !status.ok()) {
    close(fd);
    return status;
  }
  inotify_fd_ = fd;
  return absl::OkStatus();
}

absl::Status FolderEvents::Watch(const std::string& path, std::string name, Interest interest) {
  if (absl::Status status = Open(); !status.ok()) return status;
  const uint32_t mask = interest == Interest::kMovesIn ? kMoves : kEverything;
  // The same folder gives the same watch again.
  const int watch = inotify_add_watch(inotify_fd_, path.c_str(), mask);
  if (watch < 0) {
    const int error = errno;
    return absl::ErrnoToStatus(error, fmt::format("cannot watch {}", path));
  }
  watches_[watch].insert(std::move(name));
  return absl::OkStatus();
}

void FolderEvents::Forget(std::string_view name) {
  for (auto& [watch, names] : watches_) {
    const auto it = names.find(name);
    if (it == names.end()) continue;
    names.erase(it);
    if (names.empty()) Unwatch(watch);
    return;
  }
}

void FolderEvents::Unwatch(int watch) {
  // Fails for a folder that is gone: then the kernel has forgotten it already.
  static_cast<void>(inotify_rm_watch(inotify_fd_, watch));
  watches_.erase(watch);
}

void FolderEvents::OnIo(IoEvents) {
  alignas(inotify_event) char buffer[kEventBytes];
  while (true) {
    const ssize_t size = read(inotify_fd_, buffer, sizeof buffer);
    if (size <= 0) break;  // EAGAIN: that was all
    for (ssize_t at = 0; at < size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      Tell(event->wd, event->len > 0 ? event->name : "", event->mask);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
}

void FolderEvents::Tell(int watch, std::string_view name, uint32_t mask) {
  if ((mask & IN_IGNORED) != 0) {
    watches_.erase(watch);
    return;
  }
  const FolderEvent::Kind kind = KindOf(mask);
  if (kind == FolderEvent::Kind::kLost) return on_event_({kind, {}, {}});
  const auto it = watches_.find(watch);
  if (it == watches_.end()) return;  // forgotten since
  const auto folders = it->second;   // whoever is told may watch and forget
  if (kind == FolderEvent::Kind::kFolderGone) Unwatch(watch);
  for (const std::string& folder : folders) on_event_({kind, folder, name});
}

}  // namespace outrigger
