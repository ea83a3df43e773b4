#include "ctl/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace outrigger::ctl {

namespace {

constexpr int kUsageStatus = 2;  // as for what cannot be read

void AddLint(CLI::App& app, CommandLine& line) {
  CLI::App* lint = app.add_subcommand(
      "lint", "says of every field what Outrigger does with it: handled, without effect, rejected");
  lint->add_option("path", line.path,
                   "a bootstrap, a config_dump or a DiscoveryResponse, in YAML, JSON, .pb or "
                   ".pb_text; or a folder of them")
      ->required();
  lint->add_flag("--json", line.wants_json, "for programs");
  lint->add_flag("--strict", line.lint.is_strict, "fields without effect fail, too");
  lint->add_flag("--all", line.lint.shows_handled, "lists the fields that are handled, too");
}

void AddAdmin(CLI::App& app, CommandLine& line) {
  app.add_option("--admin", line.admin, "ADDRESS:PORT, or the path of a Unix socket")
      ->capture_default_str();
}

void AddXds(CLI::App& app, CommandLine& line) {
  CLI::App* xds = app.add_subcommand(
      "xds", "says which resources do not serve their newest version, and why; then it fails");
  AddAdmin(*xds, line);
  xds->add_option("--type", line.xds.type,
                  "listeners, routes, clusters, endpoints, secrets or extensions");
  xds->add_option("--name", line.xds.name, "only those whose names have this in them");
  xds->add_flag("--all", line.xds.shows_all, "those that serve, too");
  xds->add_flag("--json", line.xds.wants_json, "for programs");
}

void AddUpdates(CLI::App& app, CommandLine& line) {
  CLI::App* updates = app.add_subcommand(
      "updates", "tells the last changes of the configuration, and what each of them moved");
  AddAdmin(*updates, line);
  updates->add_flag("--json", line.wants_json, "for programs");
}

void AddDrain(CLI::App& app, CommandLine& line, int64_t& wait_seconds) {
  CLI::App* drain = app.add_subcommand(
      "drain", "drains the listeners of a proxy, and waits until their connections have ended");
  AddAdmin(*drain, line);
  drain->add_flag("--inboundonly", line.drain.inbound_only, "outbound listeners go on");
  drain->add_flag("--skip-exit", line.drain.skip_exit, "listeners go on taking connections");
  drain->add_flag("--graceful", line.drain.graceful,
                  "listeners close after the drain time, connections between two requests");
  drain->add_flag("!--no-wait", line.drain.waits, "does not wait");
  drain->add_option("--wait-s", wait_seconds, "waits no longer than this")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

}  // namespace

ParsedCommandLine ParseCommandLine(int argc, const char* const* argv) {
  ParsedCommandLine parsed;
  CLI::App app("Looks after Outrigger", "outriggerctl");
  app.require_subcommand(1);
  AddLint(app, parsed.command_line);
  int64_t wait_seconds = parsed.command_line.drain.wait_max.count();
  AddDrain(app, parsed.command_line, wait_seconds);
  AddXds(app, parsed.command_line);
  AddUpdates(app, parsed.command_line);
  // CLI11 throws; this is the one file that knows.
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    parsed.exit_status = 0;
    parsed.text = app.help("", CLI::AppFormatMode::All);
  } catch (const CLI::ParseError& error) {
    parsed.exit_status = kUsageStatus;
    parsed.text = fmt::format("outriggerctl: {}\n", error.what());
  }
  parsed.command_line.drain.wait_max = std::chrono::seconds(wait_seconds);
  if (app.got_subcommand("drain")) parsed.command_line.command = CommandLine::Command::kDrain;
  if (app.got_subcommand("xds")) parsed.command_line.command = CommandLine::Command::kXds;
  if (app.got_subcommand("updates")) parsed.command_line.command = CommandLine::Command::kUpdates;
  return parsed;
}

}  // namespace outrigger::ctl
