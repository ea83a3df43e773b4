#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "admin/pages.h"

namespace outrigger::admin {

namespace {

using Change = std::pair<std::string_view, LogLevel>;

constexpr std::string_view kUnknownLevel = "unknown logger level";
constexpr std::string_view kUnknownName = "unknown logger name";

// Empty: done. Else what is wrong with it, and nothing was changed.
std::string_view ReadChange(std::string_view name, std::string_view level_name, Change& change) {
  if (!LoggerLevels::IsLogger(name)) return kUnknownName;
  const std::optional<LogLevel> level = ParseLogLevel(level_name);
  if (!level.has_value()) return kUnknownLevel;
  change = {name, *level};
  return {};
}

// "http:debug,upstream:info", all or nothing.
std::string_view ChangePaths(std::string_view paths, LoggerLevels& loggers) {
  std::vector<Change> changes;
  while (!paths.empty()) {
    const std::string_view one = paths.substr(0, paths.find(','));
    paths.remove_prefix(std::min(paths.size(), one.size() + 1));
    const size_t colon = one.find(':');
    if (colon == one.npos) return "paths are NAME:LEVEL,...";
    const std::string_view problem =
        ReadChange(one.substr(0, colon), one.substr(colon + 1), changes.emplace_back());
    if (!problem.empty()) return problem;
  }
  for (const auto& [name, level] : changes) loggers.Set(name, level);
  return {};
}

std::string_view ChangeLevels(const Query::Parameters& parameters, LoggerLevels& loggers) {
  if (parameters.empty()) return {};
  if (parameters.size() > 1) return "invalid number of parameters";
  const auto& [name, value] = parameters[0];
  if (name == "paths") return ChangePaths(value, loggers);
  if (name == "group") return "loggers have no groups";
  if (name != "level") {
    Change change;
    const std::string_view problem = ReadChange(name, value, change);
    if (problem.empty()) loggers.Set(change.first, change.second);
    return problem;
  }
  if (value.empty()) return {};
  const std::optional<LogLevel> level = ParseLogLevel(value);
  if (!level.has_value()) return kUnknownLevel;
  loggers.SetAll(*level);
  return {};
}

}  // namespace

void ServeLogging(const AdminRequest& request, AdminResponse& response) {
  const std::string_view problem = ChangeLevels(request.query.parameters(), request.loggers);
  if (problem.empty()) {
    response.body = request.loggers.ToText();
    return;
  }
  response.status = 400;
  response.body = fmt::format(
      "error: {}\nusage: /logging?level=LEVEL, /logging?NAME=LEVEL or "
      "/logging?paths=NAME:LEVEL,NAME:LEVEL\n",
      problem);
}

}  // namespace outrigger::admin
