#include "server/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/log.h"

namespace outrigger {

namespace {

// Accepted, so that agents can start us as they start Envoy; they change nothing yet.
constexpr const char* kValueFlagsWithoutEffect[] = {"--drain-strategy",
                                                    "--local-address-ip-version",
                                                    "--component-log-level",
                                                    "--log-format",
                                                    "--log-path",
                                                    "--file-flush-interval-msec",
                                                    "--file-flush-min-size-kb",
                                                    "--parent-shutdown-time-s",
                                                    "--base-id",
                                                    "--restart-epoch",
                                                    "--service-zone",
                                                    "--admin-address-path",
                                                    "--base-id-path",
                                                    "--bootstrap-version",
                                                    "--disable-extensions",
                                                    "--socket-mode",
                                                    "--socket-path",
                                                    "--stats-tag"};
constexpr const char* kPlainFlagsWithoutEffect[] = {"--disable-hot-restart",
                                                    "--skip-deprecated-logs",
                                                    "--enable-core-dump",
                                                    "--cpuset-threads",
                                                    "--reject-unknown-dynamic-fields",
                                                    "--ignore-unknown-dynamic-fields",
                                                    "--enable-fine-grain-logging",
                                                    "--log-format-escaped",
                                                    "--skip-hot-restart-on-no-parent",
                                                    "--skip-hot-restart-parent-stats",
                                                    "--use-dynamic-base-id"};
// These say how we behave anyway.
bool IsSilent(std::string_view flag) {
  return flag == "--disable-hot-restart" || flag == "--skip-deprecated-logs";
}

void AddFlagsWithoutEffect(CLI::App& app) {
  for (const char* flag : kValueFlagsWithoutEffect) {
    app.add_option(flag)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  for (const char* flag : kPlainFlagsWithoutEffect) app.add_flag(flag);
}

void AddSavedConfigFlags(CLI::App& app, SavedConfigOptions& to) {
  app.add_option_function<std::string>(
      "--saved-config", [&to](const std::string& path) { to.path = path; },
      "file for the last good configuration of the control plane: written behind each change, used "
      "when none answers after a start; empty: none (default: in /var/lib/outrigger, if that "
      "folder is there)");
  app.add_option_function<int64_t>(
         "--saved-config-wait-s",
         [&to](int64_t seconds) { to.wait = std::chrono::seconds(seconds); },
         "how long a control plane may take before that file is used, in seconds (default: 5)")
      ->check(CLI::Range(0, 86400));
  app.add_flag("--save-keys", to.saves_keys,
               "save resources, too, that hold private keys or other secrets");
}

void CollectWarnings(const CLI::App& app, std::vector<std::string>& warnings) {
  const auto note = [&](const char* flag) {
    if (app.count(flag) > 0 && !IsSilent(flag)) {
      warnings.push_back(fmt::format("flag {} is accepted without effect", flag));
    }
  };
  for (const char* flag : kValueFlagsWithoutEffect) note(flag);
  for (const char* flag : kPlainFlagsWithoutEffect) note(flag);
  for (const std::string& rest : app.remaining()) {
    warnings.push_back(fmt::format("unknown argument {} is ignored", rest));
  }
}

}  // namespace

std::string VersionText() {
  return fmt::format("{:040x}/{}/Clean/RELEASE/BoringSSL", 0, kEnvoyVersion);
}

ParsedCommandLine ParseCommandLine(int argc, const char* const* argv) {
  ParsedCommandLine parsed;
  CommandLine& line = parsed.command_line;
  CLI::App app("Outrigger: a sidecar data plane that takes its configuration over xDS",
               "outrigger");
  app.allow_extras();
  std::string mode = "serve";
  uint32_t concurrency = 0;
  int64_t drain_seconds = 600;
  bool wants_version = false;
  app.add_option("-c,--config-path", line.config_path, "bootstrap file, YAML or JSON; also a pipe");
  app.add_option("--config-yaml", line.config_yaml, "YAML or JSON merged over the bootstrap file");
  app.add_option("--mode", mode, "serve, validate or init_only")
      ->check(CLI::IsMember({"serve", "validate", "init_only"}));
  auto* concurrency_option = app.add_option("--concurrency", concurrency,
                                            "worker threads (default: the CPU quota, 1 to 2)");
  uint32_t max_connections = 0;
  auto* max_connections_option =
      app.add_option("--max-connections", max_connections,
                     "connections of clients and to services together, at a time (default: nine "
                     "tenths of RLIMIT_NOFILE, less 64)")
          ->check(CLI::PositiveNumber);
  app.add_option("--drain-time-s", drain_seconds, "longest graceful end, in seconds")
      ->check(CLI::NonNegativeNumber);
  app.add_option("-l,--log-level", line.log_level,
                 "trace, debug, info, warning, error, critical, off");
  app.add_option("--service-node", line.service_node, "node id");
  app.add_option("--service-cluster", line.service_cluster, "node cluster");
  app.add_option("--edge-listener", line.edge_listeners,
                 "a listener that strangers connect to (repeatable): its defaults are strict")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  AddSavedConfigFlags(app, line.saved_config);
  app.add_flag("--ignore-resource-deletion", line.ignores_resource_deletion,
               "clusters and listeners that run and that the control plane deletes run on until it "
               "sends them again, or the process ends");
  app.add_flag("--allow-unknown-static-fields", line.allows_unknown_static_fields,
               "warn about unknown bootstrap fields instead of refusing them");
  app.add_flag("--version", wants_version, "print the version and exit");
  AddFlagsWithoutEffect(app);
  // CLI11 throws; this is the one file that knows.
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    parsed.exit_status = 0;
    parsed.text = app.help();
    return parsed;
  } catch (const CLI::ParseError& error) {
    parsed.exit_status = 1;
    parsed.text = fmt::format("outrigger: {}\n", error.what());
    return parsed;
  }
  if (wants_version) {
    parsed.exit_status = 0;
    parsed.text = fmt::format("\noutrigger  version: {}\n\n", VersionText());
  }
  if (mode == "validate") line.mode = CommandLine::Mode::kValidate;
  if (mode == "init_only") line.mode = CommandLine::Mode::kInitOnly;
  if (concurrency_option->count() > 0) line.concurrency = concurrency;
  if (max_connections_option->count() > 0) line.max_connections = max_connections;
  line.drain_time = std::chrono::seconds(drain_seconds);
  if (!ParseLogLevel(line.log_level).has_value()) {
    line.warnings.push_back(fmt::format("unknown log level {}: info is used", line.log_level));
    line.log_level = "info";
  }
  CollectWarnings(app, line.warnings);
  return parsed;
}

}  // namespace outrigger
