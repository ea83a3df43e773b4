#include "net/cares_resolver.h"

#include <algorithm>
#include <utility>

#include "net/cares_channel.h"

namespace outrigger {

CaresResolver::CaresResolver(EventLoop& loop) : loop_(loop) {}
CaresResolver::~CaresResolver() = default;

DnsResolver::Id CaresResolver::Ask(const DnsQuestion& question, OnAnswer on_answer) {
  const Id id = ++last_id_;
  std::string problem = "too many questions";
  CaresChannel* channel = nullptr;
  if (questions_.size() < kQuestionsMax) channel = ChannelFor(question.settings, problem);
  questions_.emplace(id, std::move(on_answer));
  if (channel != nullptr) {
    channel->Ask(id, question);
  } else {
    Give(id, {DnsOutcome::kFailed, {}, 0, std::move(problem)});
  }
  return id;
}

void CaresResolver::Give(Id id, DnsAnswer answer) {
  given_.push_back({id, std::move(answer)});
  loop_.AtTurnEnd(*this);
}

CaresChannel* CaresResolver::ChannelFor(const DnsSettings& settings, std::string& problem) {
  const bool is_full = channels_.size() >= kChannelsMax;
  const auto usable = std::find_if(channels_.rbegin(), channels_.rend(), [&](const auto& each) {
    return each->settings() == settings && (is_full || IsFresh(*each));
  });
  if (usable != channels_.rend()) return usable->get();
  if (is_full) {
    problem = "too many channels";
    return nullptr;
  }
  auto channel = std::make_unique<CaresChannel>(
      loop_, settings, [this](Id id, DnsAnswer answer) { Give(id, std::move(answer)); });
  if (const absl::Status status = channel->Open(); !status.ok()) {
    problem = std::string(status.message());
    return nullptr;
  }
  channels_.push_back(std::move(channel));
  return channels_.back().get();
}

bool CaresResolver::IsFresh(const CaresChannel& channel) const {
  return !channel.is_spent() && loop_.now() - channel.opened_at() < kChannelAgeMax;
}

void CaresResolver::OnTurnEnd() {
  for (Given& given : std::exchange(given_, {})) {
    const auto question = questions_.find(given.id);
    if (question == questions_.end()) continue;  // forgotten
    OnAnswer on_answer = std::move(question->second);
    questions_.erase(question);
    on_answer(std::move(given.answer));
  }
  // None of them is on the stack now.
  const bool is_full = channels_.size() >= kChannelsMax;
  std::erase_if(channels_, [&](const auto& channel) {
    return channel->questions_open() == 0 && (is_full || !IsFresh(*channel));
  });
}

}  // namespace outrigger
