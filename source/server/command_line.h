// The flags of `outrigger`: Envoy's names, so that pilot-agent, consul-dataplane and kuma-dp can
// start us.
//
// Flags without effect are accepted and named in `warnings`; unknown ones too.
// Thread: control (main, before anything runs). Source: xds.md 4.1, 5.1-5.4.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace outrigger {

// The Envoy release whose surface we follow: control planes gate on it.
inline constexpr uint32_t kEnvoyMajor = 1;
inline constexpr uint32_t kEnvoyMinor = 40;
inline constexpr std::string_view kEnvoyVersion = "1.40.0";
// "<40 hex digits>/1.40.0/Clean/RELEASE/BoringSSL": kuma-dp parses the five parts.
std::string VersionText();

// The last good configuration on disk (server/last_good).
struct SavedConfigOptions {
  std::optional<std::string> path;          // unset: the default place; empty: nothing is saved
  Duration wait = std::chrono::seconds(5);  // for a control plane, until what is saved is used
  bool saves_keys = false;
};

struct CommandLine {
  enum class Mode { kServe, kValidate, kInitOnly };

  Mode mode = Mode::kServe;
  std::string config_path;
  std::string config_yaml;
  std::optional<uint32_t> concurrency;      // unset: the CPU quota, at least 1, at most 2
  std::optional<uint32_t> max_connections;  // unset: as the descriptors allow
  Duration drain_time = std::chrono::seconds(600);
  std::string log_level = "info";
  std::string service_node;
  std::string service_cluster;
  // Listeners that strangers connect to: what their configuration does not say is strict.
  std::set<std::string, std::less<>> edge_listeners;
  bool allows_unknown_static_fields = false;
  bool ignores_resource_deletion = false;  // of clusters and listeners, by a control plane
  SavedConfigOptions saved_config;
  std::vector<std::string> warnings;
};

struct ParsedCommandLine {
  CommandLine command_line;
  // Set when there is nothing to run: --help, --version (status 0, text for stdout) or a mistake
  // (status 1, text for stderr).
  std::optional<int> exit_status;
  std::string text;
};

ParsedCommandLine ParseCommandLine(int argc, const char* const* argv);

}  // namespace outrigger
