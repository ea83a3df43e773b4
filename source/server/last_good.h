// The last good configuration on disk: saved behind what the control plane sends, and used when
// none has answered a while after the start.
//
// What is saved is whole: nothing is written before the control plane has answered for everything
// and the process has been live once. What is used is replaced piece by piece as answers come; the
// control plane is told which versions those are, so that it can name what is gone.
//
// Owned by the server; exists only with a control plane and a place to save to. Thread: control.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "compiler/configuration.h"
#include "event/event_loop.h"
#include "event/timer.h"
#include "saved/config_saver.h"
#include "saved/saved_configuration.h"
#include "server/bootstrap.h"
#include "stats/registry.h"

namespace outrigger {

// Where it is saved when nobody says: in /var/lib/outrigger, which whoever installs makes, a file
// for each node. Empty: there is no such folder.
std::string SavedConfigPathFor(std::string_view node_id);

class LastGood {
 public:
  // Changes within it are saved together.
  static constexpr Duration kGather = std::chrono::seconds(1);

  using Versions = std::vector<std::pair<std::string, std::string>>;  // by name
  struct Hooks {
    // The control plane has answered for every type that is taken whole.
    std::function<bool()> has_answers;
    // Resources that are in use from now on as if the control plane had sent them.
    std::function<void(std::string_view type_url, Versions versions)> claim;
    // All have been claimed.
    std::function<void()> claimed;
  };

  // Everything outlives this. Requires: `options` has a path.
  LastGood(EventLoop& control, compiler::Configuration& configuration, const Bootstrap& bootstrap,
           const SavedConfigOptions& options, Hooks hooks);

  // `is_live`: the process has come to serve.
  void OnSettled(bool is_live);
  void Show(stats::Block& server);

  // In use, and not replaced yet: when it was saved.
  std::optional<WallTime> running_since() const { return running_since_; }

 private:
  void UseIfAlone();
  absl::Status Use();
  void Apply(const saved::SavedConfiguration& configuration, std::string_view type_url);
  void NoteAnswers();
  void Save();

  EventLoop& control_;
  compiler::Configuration& configuration_;
  const Bootstrap& bootstrap_;
  const SavedConfigOptions options_;
  const std::string path_;
  const Hooks hooks_;
  saved::ConfigSaver saver_;
  Timer use_timer_;
  Timer save_timer_;
  std::optional<WallTime> running_since_;
  uint64_t saved_revision_ = 0;
  uint64_t refused_ = 0;
  saved::ConfigSaver::Counts shown_;
  uint64_t shown_refused_ = 0;
};

}  // namespace outrigger
