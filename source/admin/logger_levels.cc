#include "admin/logger_levels.h"

#include <algorithm>
#include <iterator>

#include "base/append_format.h"
#include "base/check.h"

namespace outrigger::admin {

namespace {

// In the order in which Envoy 1.40 lists them.
constexpr std::string_view kLoggers[] = {"a2a",
                                         "admin",
                                         "ai_protocol_manager",
                                         "alternate_protocols_cache",
                                         "aws",
                                         "assert",
                                         "backtrace",
                                         "basic_auth",
                                         "cache_filter",
                                         "client",
                                         "config",
                                         "connection",
                                         "conn_handler",
                                         "compression",
                                         "credential_injector",
                                         "decompression",
                                         "dns",
                                         "dubbo",
                                         "envoy_bug",
                                         "ext_authz",
                                         "ext_proc",
                                         "rocketmq",
                                         "file",
                                         "filter",
                                         "forward_proxy",
                                         "geolocation",
                                         "grpc",
                                         "happy_eyeballs",
                                         "hc",
                                         "health_checker",
                                         "http",
                                         "http2",
                                         "hystrix",
                                         "init",
                                         "io",
                                         "jwt",
                                         "json_rpc",
                                         "kafka",
                                         "key_value_store",
                                         "lua",
                                         "local_rate_limit",
                                         "main",
                                         "matcher",
                                         "mcp",
                                         "misc",
                                         "mongo",
                                         "multi_connection",
                                         "notification",
                                         "oauth2",
                                         "quic",
                                         "quic_stream",
                                         "pool",
                                         "rate_limit_quota",
                                         "rbac",
                                         "rds",
                                         "redis",
                                         "router",
                                         "runtime",
                                         "stats",
                                         "secret",
                                         "sse",
                                         "tap",
                                         "testing",
                                         "thrift",
                                         "tracing",
                                         "upstream",
                                         "udp",
                                         "wasm",
                                         "websocket",
                                         "golang",
                                         "stats_sinks",
                                         "dynamic_modules",
                                         "ip_tagging"};

}  // namespace

LoggerLevels::LoggerLevels() : levels_(std::size(kLoggers), CurrentLogLevel()) {}

bool LoggerLevels::IsLogger(std::string_view name) {
  return std::find(std::begin(kLoggers), std::end(kLoggers), name) != std::end(kLoggers);
}

void LoggerLevels::Set(std::string_view name, LogLevel level) {
  const auto* found = std::find(std::begin(kLoggers), std::end(kLoggers), name);
  OUTRIGGER_CHECK(found != std::end(kLoggers));
  levels_[static_cast<size_t>(found - std::begin(kLoggers))] = level;
  Apply();
}

void LoggerLevels::SetAll(LogLevel level) {
  std::fill(levels_.begin(), levels_.end(), level);
  Apply();
}

void LoggerLevels::Apply() const { SetLogLevel(*std::min_element(levels_.begin(), levels_.end())); }

std::string LoggerLevels::ToText() const {
  std::string text = "active loggers:\n";
  for (size_t i = 0; i < levels_.size(); ++i) {
    AppendFormat(text, "  {}: {}\n", kLoggers[i], LogLevelName(levels_[i]));
  }
  return text;
}

}  // namespace outrigger::admin
