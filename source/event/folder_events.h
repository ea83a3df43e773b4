// What happens in folders of the file system: one inotify descriptor for any number of them, named
// as whoever watches them likes. A folder that two paths lead to may have two names.
//
// Owned by whoever watches. Folders only, not what is below them.
// Thread: its loop's.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "event/event_loop.h"

namespace outrigger {

struct FolderEvent {
  enum class Kind {
    kMovedIn,     // `name` is there by a rename: complete
    kWritten,     // whoever wrote `name` has closed it
    kCreated,     // `name` is new, and may still be empty
    kLeft,        // `name` was removed or moved away
    kFolders,     // `name` is a folder that has come or gone
    kFolderGone,  // the folder itself was removed or moved: it is watched no more
    kLost,        // the kernel has dropped events, of whichever folder
  };
  Kind kind{};
  std::string_view folder;  // as it was named; empty for kLost
  std::string_view name;
};

class FolderEvents final : public IoHandler {
 public:
  enum class Interest { kMovesIn, kEverything };
  using OnEvent = absl::AnyInvocable<void(const FolderEvent&)>;

  FolderEvents(EventLoop& loop, OnEvent on_event);
  ~FolderEvents() override;
  FolderEvents(const FolderEvents&) = delete;
  FolderEvents& operator=(const FolderEvents&) = delete;

  // From now on. Again for a folder that is watched: it has this name as well.
  absl::Status Watch(const std::string& path, std::string name, Interest interest);
  // Of that name.
  void Forget(std::string_view name);

  void OnIo(IoEvents events) override;

 private:
  absl::Status Open();
  void Unwatch(int watch);
  void Tell(int watch, std::string_view name, uint32_t mask);

  EventLoop& loop_;
  OnEvent on_event_;
  int inotify_fd_ = -1;                                        // opened with the first folder
  std::map<int, std::set<std::string, std::less<>>> watches_;  // to the folder's names
};

}  // namespace outrigger
