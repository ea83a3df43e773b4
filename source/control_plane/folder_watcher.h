// Watches a folder of resource files and reports what changed, as texts.
//
// Reacts to what is complete: a file moved into place or closed after writing, and removals;
// symbolic links that are swapped (as Kubernetes does for mounted ConfigMaps) and new folders cause
// everything to be read again. Events that follow one another closely are reported together.
//
// Owned by main. Thread: the control plane's loop.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "control_plane/resource_folder.h"
#include "event/event_loop.h"
#include "event/folder_events.h"
#include "event/timer.h"

namespace outrigger::control_plane {

class FolderWatcher {
 public:
  static constexpr size_t kFilesMax = 100'000;
  static constexpr size_t kFileMebibytesMax = 64;
  // Quiet for this long before the changes are read.
  static constexpr Duration kSettle = std::chrono::milliseconds(30);
  static constexpr Duration kSettleMax = std::chrono::milliseconds(500);

  using OnChange = absl::AnyInvocable<void(const std::vector<FileChange>&)>;
  FolderWatcher(EventLoop& loop, std::string folder, OnChange on_change);

  // Reports every file there is, before it returns; later changes come from the loop.
  absl::Status Start();

 private:
  void Note(const FolderEvent& event);
  void NoteFile(const FolderEvent& event);
  void ArmSettle();
  void Report();
  void ScanAll(std::set<std::string>& found);
  absl::Status WatchFolder(const std::string& relative);
  void WatchOrLog(const std::string& relative);
  FileChange Read(const std::string& relative) const;

  EventLoop& loop_;
  const std::string folder_;
  OnChange on_change_;
  FolderEvents events_;          // folders by their relative path, empty or ending in '/'
  std::set<std::string> known_;  // files reported and not gone
  std::set<std::string> touched_;
  bool needs_scan_ = false;
  MonotonicTime first_touch_{};
  Timer settle_timer_;
};

}  // namespace outrigger::control_plane
