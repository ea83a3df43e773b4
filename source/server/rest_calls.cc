#include "server/rest_calls.h"

#include <utility>

#include "server/rest_call.h"
#include "stats/scope.h"

namespace outrigger {

namespace {
// Rounds of closing callbacks at the end: connections, then pools, then what they deferred.
constexpr int kLastTurns = 8;
}  // namespace

RestCalls::RestCalls(NetContext& net, EventLoop& control)
    : net_(net),
      pools_(net, random_, stats::kServiceWriter),
      slot_(net.loop, control, [this](const ConfigSnapshot*, const ConfigSnapshot& snapshot) {
        Adoption adoption;  // it is the workers' that is told of
        pools_.OnAdopt(snapshot, adoption);
      }) {}

RestCalls::~RestCalls() = default;

void RestCalls::Publish(std::shared_ptr<const ConfigSnapshot> snapshot) {
  if (is_used_) return slot_.Publish(std::move(snapshot));
  unused_ = std::move(snapshot);
}

void RestCalls::Use() {
  if (std::exchange(is_used_, true)) return;
  slot_.Publish(std::move(unused_));
}

void RestCalls::Start(RestRequest request, OnRestAnswer on_answer) {
  if (calls_.size() >= kCallsMax) {
    on_answer(absl::ResourceExhaustedError("too many requests are under way"));
    return;
  }
  auto call = std::make_unique<RestCall>(*this, std::move(request), std::move(on_answer));
  RestCall& started = *call;
  calls_.emplace(&started, std::move(call));
  started.Start();
}

void RestCalls::Remove(RestCall& call) {
  const auto it = calls_.find(&call);
  net_.loop.DeferDelete(std::move(it->second));
  calls_.erase(it);
}

void RestCalls::Close() {
  for (auto& [call, owned] : calls_) call->Abort();
  calls_.clear();
  for (int turn = 0; turn < kLastTurns; ++turn) {
    net_.loop.RunOnce(Duration::zero());
    pools_.DrainAll();
  }
}

}  // namespace outrigger
