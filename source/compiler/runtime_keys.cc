#include "compiler/runtime_keys.h"

#include <algorithm>
#include <string>

namespace outrigger::compiler {

namespace {

constexpr std::string_view kGlobalLimit = "overload.global_downstream_max_connections";
constexpr std::string_view kListenerLimitStart = "envoy.resource_limits.listener.";
constexpr std::string_view kListenerLimitEnd = ".connection_limit";

uint32_t LimitAt(const RuntimeNumbers& runtime, std::string_view key) {
  const auto number = runtime.find(key);
  if (number == runtime.end()) return UINT32_MAX;
  return static_cast<uint32_t>(std::min<uint64_t>(number->second, UINT32_MAX));
}

}  // namespace

bool IsConnectionLimit(std::string_view key) {
  return key == kGlobalLimit ||
         (key.size() > kListenerLimitStart.size() + kListenerLimitEnd.size() &&
          key.starts_with(kListenerLimitStart) && key.ends_with(kListenerLimitEnd));
}

bool IsReadByEnvoyOnly(std::string_view key) {
  return !IsConnectionLimit(key) &&
         (key.starts_with("envoy.") || key.starts_with("overload.") || key.starts_with("re2."));
}

uint32_t GlobalConnectionsMax(const RuntimeNumbers& runtime) {
  return LimitAt(runtime, kGlobalLimit);
}

uint32_t ListenerConnectionsMax(const RuntimeNumbers& runtime, std::string_view listener) {
  return LimitAt(runtime,
                 std::string(kListenerLimitStart).append(listener).append(kListenerLimitEnd));
}

}  // namespace outrigger::compiler
