// All access log services that loggers name: equal loggers share one.
//
// One is there as long as a configuration, or a worker that still has an older one, refers to it,
// and a little longer: whoever sends its entries takes leave of it (LetGo).
//
// Owned by the server; outlives every service's users. Thread: control.
#pragma once

#include <memory>
#include <vector>

#include "event/event_loop.h"
#include "logging/access_log_service.h"
#include "stats/registry.h"

namespace outrigger::logging {

class AccessLogServices {
 public:
  using Pointer = std::shared_ptr<AccessLogService>;

  AccessLogServices(EventLoop& control, stats::Registry& stats)
      : control_(control), stats_(stats) {}

  // The metrics begin with the first one, and stay.
  Pointer Find(const AccessLogServiceOptions& options);
  const std::vector<Pointer>& all() const { return services_; }
  // No logger has it any more, nor will: there is our reference, and that of whoever asks.
  static bool IsUnused(const Pointer& service) { return service.use_count() <= 2; }
  void LetGo(const Pointer& service) { std::erase(services_, service); }

 private:
  EventLoop& control_;
  stats::Registry& stats_;
  std::shared_ptr<stats::Scope> scope_;
  std::vector<Pointer> services_;
};

}  // namespace outrigger::logging
