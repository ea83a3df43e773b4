#include "base/log.h"

#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>

#include "absl/strings/escaping.h"

namespace outrigger {

namespace {

constexpr const char* kFormat = "[%Y-%m-%d %T.%e][%t][%l] %v";
constexpr std::array<std::string_view, 7> kNames = {"trace", "debug",    "info", "warning",
                                                    "error", "critical", "off"};

// STYLE: process-wide state. A process has one stderr, and a line may be due before main has run.
std::atomic<LogLevel> level_now = LogLevel::kInfo;

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  return static_cast<spdlog::level::level_enum>(level);
}

std::shared_ptr<spdlog::logger> MakeLogger(spdlog::sink_ptr sink, const std::string& format) {
  auto logger = std::make_shared<spdlog::logger>("outrigger", std::move(sink));
  logger->set_level(spdlog::level::trace);  // level_now decides
  logger->flush_on(spdlog::level::trace);
  logger->set_pattern(format.empty() ? kFormat : format);
  return logger;
}

std::shared_ptr<spdlog::logger>& Logger() {
  // Never destroyed: a line may still come from a thread that ends after static destruction.
  static auto& logger = *new std::shared_ptr<spdlog::logger>(
      MakeLogger(std::make_shared<spdlog::sinks::stderr_sink_mt>(), ""));
  return logger;
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\t') || byte == 0x7f;
}

}  // namespace

std::optional<LogLevel> ParseLogLevel(std::string_view name) {
  if (name == "warn") return LogLevel::kWarning;
  if (name == "err") return LogLevel::kError;
  const auto* found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<LogLevel>(found - kNames.begin());
}

std::string_view LogLevelName(LogLevel level) { return kNames[static_cast<size_t>(level)]; }

absl::Status ConfigureLogging(const LogOptions& options) {
  try {
    spdlog::sink_ptr sink;
    if (options.path.empty()) {
      sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    } else {
      sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(options.path);
    }
    Logger() = MakeLogger(std::move(sink), options.format);
  } catch (const spdlog::spdlog_ex& error) {
    return absl::InvalidArgumentError(fmt::format("cannot log: {}", error.what()));
  }
  SetLogLevel(options.level);
  return absl::OkStatus();
}

void SetLogLevel(LogLevel level) { level_now.store(level, std::memory_order_relaxed); }
LogLevel CurrentLogLevel() { return level_now.load(std::memory_order_relaxed); }

void WriteLogLine(LogLevel level, std::string_view line) {
  if (std::none_of(line.begin(), line.end(), IsControl)) {
    Logger()->log(ToSpdlog(level), spdlog::string_view_t(line.data(), line.size()));
  } else {
    Logger()->log(ToSpdlog(level), absl::CHexEscape({line.data(), line.size()}));
  }
}

}  // namespace outrigger
