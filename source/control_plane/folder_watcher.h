// Watches a folder of resource files and reports what changed, as texts.
//
// Reacts to what is complete: a file moved into place or closed after writing, and removals;
// symbolic links that are swapped (as Kubernetes does for mounted ConfigMaps) and new folders cause
// everything to be read again. Events that follow one another closely are reported together.
//
// Owned by main. Thread: the control plane's loop.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "control_plane/resource_folder.h"
#include "event/event_loop.h"
#include "event/timer.h"

namespace outrigger::control_plane {

class FolderWatcher final : public IoHandler {
 public:
  static constexpr size_t kFilesMax = 100'000;
  static constexpr size_t kFileBytesMax = 64 * 1024 * 1024;
  // Quiet for this long before the changes are read.
  static constexpr Duration kSettle = std::chrono::milliseconds(30);
  static constexpr Duration kSettleMax = std::chrono::milliseconds(500);

  using OnChange = absl::AnyInvocable<void(const std::vector<FileChange>&)>;
  FolderWatcher(EventLoop& loop, std::string folder, OnChange on_change);
  ~FolderWatcher() override;

  // Reports every file there is, before it returns; later changes come from the loop.
  absl::Status Start();

  void OnIo(IoEvents events) override;

 private:
  void Note(int watch, std::string_view name, uint32_t mask);
  void ArmSettle();
  void Report();
  void ScanAll(std::set<std::string>& found);
  void WatchFolder(const std::string& relative);
  FileChange Read(const std::string& relative) const;

  EventLoop& loop_;
  const std::string folder_;
  OnChange on_change_;
  int inotify_fd_ = -1;
  std::map<int, std::string> watches_;  // to the folder's relative path, empty or ending in '/'
  std::set<std::string> known_;         // files reported and not gone
  std::set<std::string> touched_;
  bool needs_scan_ = false;
  MonotonicTime first_touch_{};
  Timer settle_timer_;
};

}  // namespace outrigger::control_plane
