#include "server/log_streams.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace outrigger {

LogStreams::LogStreams(const World& world)
    : world_(world), look_timer_(world.control, [this] { Look(); }) {}

void LogStreams::OnPublish() {
  for (const auto& service : world_.services.all()) {
    if (streams_.size() >= kStreamsMax || streams_.contains(service.get())) continue;
    streams_[service.get()] = std::make_unique<LogStream>(
        LogStream::World{world_.control, world_.service, world_.subscriptions.completions(),
                         random_, world_.node},
        *service);
  }
  for (auto& [service, stream] : streams_) stream->OnPublish(world_.configuration);
}

void LogStreams::EndUnused() {
  const std::vector<std::shared_ptr<logging::AccessLogService>> services = world_.services.all();
  for (const auto& service : services) {
    const auto stream = streams_.find(service.get());
    if (!logging::AccessLogServices::IsUnused(service)) {
      if (stream != streams_.end()) stream->second->Stay();
      continue;
    }
    if (stream != streams_.end()) {
      if (!stream->second->Leave()) continue;
      streams_.erase(stream);
    }
    world_.services.LetGo(service);
  }
}

void LogStreams::Finish(absl::AnyInvocable<void()> on_finished) {
  on_finished_ = std::move(on_finished);
  finishing_since_ = world_.control.now();
  Look();
}

void LogStreams::Look() {
  std::erase_if(streams_, [](const auto& entry) { return entry.second->Leave(); });
  if (streams_.empty() || world_.control.now() - finishing_since_ >= kFinishMax) {
    on_finished_();
  } else {
    look_timer_.Arm(kLook);
  }
}

}  // namespace outrigger
