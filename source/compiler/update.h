// One change of the configuration, as it is told afterwards: what came, what became of it, and what
// it took. Unchanged resources count as well: a server that sends everything again has sent it.
//
// Thread: any (a value).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace outrigger::compiler {

enum class UpdateSource : uint8_t {
  kBootstrap,
  kControlPlane,
  kFile,
  kSaved,   // the last good configuration
  kNames,   // a lookup
  kExpiry,  // a wait or a time to live is over
};

constexpr std::string_view NameOf(UpdateSource source) {
  switch (source) {
    case UpdateSource::kBootstrap:
      return "bootstrap";
    case UpdateSource::kControlPlane:
      return "control plane";
    case UpdateSource::kFile:
      return "file";
    case UpdateSource::kSaved:
      return "saved configuration";
    case UpdateSource::kNames:
      return "DNS";
    case UpdateSource::kExpiry:
      return "time";
  }
  return {};
}

struct Update {
  WallTime at{};
  UpdateSource source = UpdateSource::kExpiry;
  std::string_view type;  // "clusters"; empty: of several
  std::string version;    // of the response; empty: it has none
  std::string file;       // kFile
  uint32_t added = 0;
  uint32_t changed = 0;
  uint32_t removed = 0;
  uint32_t rejected = 0;
  uint32_t unchanged = 0;
  Duration compile_time{};
  Duration link_time{};
  uint64_t snapshot = 0;  // ConfigSnapshot::version; 0: workers see no difference
};

}  // namespace outrigger::compiler
