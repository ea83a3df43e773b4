// outriggerctl: what people and scripts ask about Outrigger from outside.
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "ctl/admin_client.h"
#include "ctl/command_line.h"
#include "ctl/config_report.h"
#include "ctl/drain.h"
#include "ctl/lint_file.h"
#include "ctl/lint_report.h"

namespace outrigger::ctl {
namespace {

int Lint(const CommandLine& line) {
  const absl::StatusOr<std::vector<std::string>> paths = FindFiles(line.path);
  if (!paths.ok()) {
    std::fprintf(stderr, "outriggerctl: %s\n", std::string(paths.status().message()).c_str());
    return 2;
  }
  std::vector<LintedFile> files;
  for (const std::string& path : *paths) files.push_back(LintFile(path));
  const LintReport report(std::move(files));
  std::fputs((line.wants_json ? report.ToJson() : report.ToText(line.lint)).c_str(), stdout);
  return report.ExitStatus(line.lint);
}

// With the admin server that the command line names.
template <typename Work>
int Ask(const CommandLine& line, Work work) {
  const absl::StatusOr<Address> address = ParseAdminAddress(line.admin);
  if (address.ok()) return work(AdminClient(*address));
  std::fprintf(stderr, "outriggerctl: %s\n", std::string(address.status().message()).c_str());
  return 2;
}

void Print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

int DrainListeners(const CommandLine& line) {
  return Ask(line, [&](const AdminClient& admin) {
    return Drain(admin, line.drain,
                 {[](std::string_view text) { Print(std::string(text).append("\n")); },
                  [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }});
  });
}

int Main(int argc, char** argv) {
  const ParsedCommandLine parsed = ParseCommandLine(argc, argv);
  if (parsed.exit_status.has_value()) {
    std::fputs(parsed.text.c_str(), *parsed.exit_status == 0 ? stdout : stderr);
    return *parsed.exit_status;
  }
  switch (parsed.command_line.command) {
    case CommandLine::Command::kLint:
      return Lint(parsed.command_line);
    case CommandLine::Command::kDrain:
      return DrainListeners(parsed.command_line);
    case CommandLine::Command::kXds:
      return Ask(parsed.command_line, [&](const AdminClient& admin) {
        return ReportXds(admin, parsed.command_line.xds, Print);
      });
    case CommandLine::Command::kUpdates:
      return Ask(parsed.command_line, [&](const AdminClient& admin) {
        return ReportUpdates(admin, parsed.command_line.wants_json, Print);
      });
  }
  return 2;
}

}  // namespace
}  // namespace outrigger::ctl

int main(int argc, char** argv) { return outrigger::ctl::Main(argc, argv); }
