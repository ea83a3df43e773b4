#include "server/file_subscriptions.h"

#include <string>

#include "base/log.h"

namespace outrigger {

namespace {
void Warn(std::string_view line) { Log(LogLevel::kWarning, "{}", line); }
}  // namespace

FileSubscriptions::FileSubscriptions(EventLoop& control, compiler::Configuration& configuration)
    : control_(control),
      events_(control, [this](const FolderEvent& event) { OnEvent(event); }),
      files_(configuration,
             {[this](const std::string& folder, bool is_watched) { Watch(folder, is_watched); },
              [this] { control_.AtTurnEnd(*this); }, Warn, Warn}) {}

void FileSubscriptions::Watch(const std::string& folder, bool is_watched) {
  if (!is_watched) return events_.Forget(folder);
  const absl::Status status = events_.Watch(folder, folder, FolderEvents::Interest::kMovesIn);
  if (status.ok()) return;
  Log(LogLevel::kError, "{}: changes in it are not seen", std::string(status.message()));
}

void FileSubscriptions::OnEvent(const FolderEvent& event) {
  switch (event.kind) {
    case FolderEvent::Kind::kMovedIn:
    case FolderEvent::Kind::kFolders:
      files_.OnMoved(event.folder, event.name);
      break;
    case FolderEvent::Kind::kLost:
      files_.OnLost();
      break;
    case FolderEvent::Kind::kFolderGone:
      Log(LogLevel::kError, "{} is gone: what comes in its place is not seen", event.folder);
      break;
    case FolderEvent::Kind::kWritten:
    case FolderEvent::Kind::kCreated:
    case FolderEvent::Kind::kLeft:
      break;  // nothing is complete until it is moved into place
  }
}

}  // namespace outrigger
