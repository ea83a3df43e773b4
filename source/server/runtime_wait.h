// What the rest of the start waits for: layers of the runtime that come from a control plane. Each
// is waited for until it has come, was refused, or its initial_fetch_timeout has ended, as in
// Envoy.
//
// Owned by Subscriptions. Thread: control.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "compiler/configuration.h"
#include "compiler/runtime_layers.h"
#include "event/event_loop.h"
#include "event/timer.h"

namespace outrigger {

class RuntimeWait {
 public:
  using Requests = std::map<std::string, compiler::RuntimeRequest, std::less<>>;

  // `on_over` comes once, in a turn of its own. `requests` outlives this.
  RuntimeWait(EventLoop& control, compiler::Configuration& configuration, const Requests& requests,
              std::function<void()> on_over);

  // From now on they are asked for.
  void Start();
  // Something may have come.
  void Look();
  bool is_over() const { return is_over_; }

 private:
  bool HasAnswer(const std::string& key) const;
  void OnTime();

  EventLoop& control_;
  compiler::Configuration& configuration_;
  const Requests& requests_;
  const std::function<void()> on_over_;
  std::set<std::string> pending_;  // by resource key
  MonotonicTime started_at_{};
  Timer timer_;
  bool has_started_ = false;
  bool is_over_;
};

}  // namespace outrigger
