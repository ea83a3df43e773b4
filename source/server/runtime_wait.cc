#include "server/runtime_wait.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/resource_source.h"

namespace outrigger {

RuntimeWait::RuntimeWait(EventLoop& control, compiler::Configuration& configuration,
                         const Requests& requests, std::function<void()> on_over)
    : control_(control),
      configuration_(configuration),
      requests_(requests),
      on_over_(std::move(on_over)),
      timer_(control, [this] { OnTime(); }) {
  // What files hold is read before anything else.
  for (const auto& [key, request] : requests_) {
    if (FileOf(request.source) == nullptr) pending_.insert(key);
  }
  is_over_ = pending_.empty();
}

void RuntimeWait::Start() {
  has_started_ = true;
  started_at_ = control_.now();
  Look();
}

bool RuntimeWait::HasAnswer(const std::string& key) const {
  const auto* entry = configuration_.resources().runtimes.Find(key);
  if (entry == nullptr) return false;
  return entry->value != nullptr || entry->record.rejection != nullptr ||
         entry->record.absence != nullptr;
}

void RuntimeWait::Look() {
  if (is_over_ || !has_started_) return;
  std::erase_if(pending_, [this](const std::string& key) { return HasAnswer(key); });
  std::optional<MonotonicTime> first;
  for (const std::string& key : pending_) {
    const std::optional<Duration> wait_max = requests_.find(key)->second.wait_max;
    if (!wait_max.has_value()) continue;
    const MonotonicTime due = started_at_ + *wait_max;
    first = std::min(first.value_or(due), due);
  }
  if (pending_.empty()) {
    timer_.Arm(Duration::zero());
  } else if (first.has_value()) {
    timer_.Arm(std::max(*first - control_.now(), Duration::zero()));
  }
}

void RuntimeWait::OnTime() {
  std::erase_if(pending_, [this](const std::string& key) {
    const std::optional<Duration> wait_max = requests_.find(key)->second.wait_max;
    if (!wait_max.has_value() || control_.now() < started_at_ + *wait_max) return false;
    configuration_.OnRuntimeTimeout(key);
    return true;
  });
  if (!pending_.empty()) return Look();
  is_over_ = true;
  on_over_();
}

}  // namespace outrigger
