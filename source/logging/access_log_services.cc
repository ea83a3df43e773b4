#include "logging/access_log_services.h"

#include <algorithm>

#include "logging/access_log_service_stats.h"

namespace outrigger::logging {

AccessLogServices::Pointer AccessLogServices::Find(const AccessLogServiceOptions& options) {
  const auto found = std::ranges::find_if(
      services_, [&](const Pointer& service) { return service->options() == options; });
  if (found != services_.end()) return *found;
  if (scope_ == nullptr) scope_ = stats_.Find(kAccessLogServiceFamily, "");
  services_.push_back(std::make_shared<AccessLogService>(control_, options, scope_));
  return services_.back();
}

}  // namespace outrigger::logging
