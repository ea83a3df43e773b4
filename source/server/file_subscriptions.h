// What is taken from files: watches their folders, and reads them at the end of the turn in which
// something was moved into place.
//
// Owned by the server; costs nothing until a file is named. Thread: control.
#pragma once

#include <string_view>

#include "base/resource_source.h"
#include "compiler/configuration.h"
#include "compiler/resource_files.h"
#include "event/event_loop.h"
#include "event/folder_events.h"
#include "server/static_resources.h"

namespace outrigger {

class FileSubscriptions final : private EventLoop::TurnEndHandler {
 public:
  FileSubscriptions(EventLoop& control, compiler::Configuration& configuration);

  // What the bootstrap takes from files is read with the loop's first turn.
  void Start(const Bootstrap& bootstrap) { TakeFiles(bootstrap, files_); }
  void SetWanted(std::string_view type_url, const SourcesByKey& wanted) {
    files_.SetWanted(type_url, wanted);
  }
  bool has_pending() const { return files_.has_pending(); }

 private:
  void Watch(const std::string& folder, bool is_watched);
  void OnEvent(const FolderEvent& event);
  void OnTurnEnd() override { files_.ReadPending(); }

  EventLoop& control_;
  FolderEvents events_;
  compiler::ResourceFiles files_;
};

}  // namespace outrigger
