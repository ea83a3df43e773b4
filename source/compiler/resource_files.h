// The files that resources come from: reads them when they are new or something was moved into
// place, and hands what they hold to the configuration, by the same path as responses of a control
// plane.
//
// A file holds all clusters, all listeners, or one named resource. One that cannot be used changes
// nothing: what it held before serves on (X58). Knows no event loop: whoever watches the folders
// says what has moved, and when to read.
//
// Owned by the server (and by validation). Thread: control.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/resource_source.h"
#include "compiler/configuration.h"
#include "compiler/discovery_file.h"

namespace outrigger::compiler {

class ResourceFiles {
 public:
  static constexpr size_t kFileMebibytesMax = 64;

  struct Hooks {
    // A folder is of interest from now on, or no more; before its files are read. May be empty.
    std::function<void(const std::string& folder, bool is_watched)> watch;
    // There is something to read. May be empty.
    std::function<void()> pending;
    // One line about a file that is not, or not all, used.
    std::function<void(std::string_view line)> on_problem;
    // One line about a field that nobody knows.
    std::function<void(std::string_view line)> on_unknown_field;
  };

  ResourceFiles(Configuration& configuration, Hooks hooks);

  // Every resource of that type comes from `file`. Requires: clusters or listeners.
  void TakeAll(std::string_view type_url, const FileSource& file);
  // All wanted of that type; those of other sources are left alone. Of a key without a name it is
  // all that the file holds. Requires: neither clusters nor listeners.
  void SetWanted(std::string_view type_url, const SourcesByKey& wanted);

  // `name` was moved into `folder`, as Hooks::watch named it.
  void OnMoved(std::string_view folder, std::string_view name);
  // Anything may have moved anywhere.
  void OnLost();

  bool has_pending() const { return !pending_.empty(); }
  // Reads the files that are due, what others refer to first (X15), until none is.
  void ReadPending();

 private:
  // In the order in which they are read.
  static constexpr std::array kTypes = {kRuntimeType,     kClusterType, kEndpointType,
                                        kListenerType,    kScopeType,   kRouteType,
                                        kVirtualHostType, kSecretType,  kExtensionType};
  // Position in kTypes; key, without a name for all of the type.
  using Id = std::pair<size_t, std::string>;

  struct Subscription {
    FileSource file;
    std::set<std::string> names;  // of what it held when it was read last; for all of a type
  };

  static size_t IndexOf(std::string_view type_url);
  void Add(const Id& id, const FileSource& file);
  void Remove(const Id& id);
  void Touch(const Id& id);
  void Read(const Id& id);
  void TakeContent(const Id& id, const DiscoveryContent& content);
  std::string MistakeIn(const Id& id, const DiscoveryContent& content) const;
  void Reject(const Id& id, std::string_view error, bool is_readable);

  Configuration& configuration_;
  const Hooks hooks_;
  std::map<Id, Subscription> subscriptions_;
  // What must move for them to be read again: a path, or a folder and '/'.
  std::map<std::string, std::set<Id>, std::less<>> by_trigger_;
  std::map<std::string, size_t> folders_;  // how many subscriptions look at each
  std::set<Id> pending_;
};

}  // namespace outrigger::compiler
